import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PointsmanError } from "../errors.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import type { Problem } from "../model/problem.ts";
import type { PointerEdit } from "../model/pointer-edit.ts";
import { removePointer, setPointer } from "../pointer/edit-pointer-file.ts";
import { familyOf } from "../pointer/name.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { readDesired } from "../pointer/read-desired.ts";
import { checkDesired } from "../rules/check.ts";
import type { Workspace } from "./open-workspace.ts";
import type { Snapshot } from "./read-snapshot.ts";
import { writeRepositoryFile } from "./write-file.ts";

/** One file as an edit leaves it. */
export interface FileEdit {
  /** From the root of the git repository. */
  readonly path: string;
  /** Null where the file goes. */
  readonly text: string | null;
}

/**
 * The right file with one pointer set, not yet written: where it is declared, or where its pipeline's
 * other pointers are, or the pipeline's own new file.
 * @param once where it was declared earlier: its place again where nothing else says where it belongs
 * @throws PointsmanError `file-invalid`
 */
export async function editPointer(
  workspace: Workspace,
  snapshot: Snapshot,
  pointer: string,
  edit: PointerEdit,
  once?: string,
): Promise<FileEdit> {
  const path = fileOf(pointer, snapshot, once);
  const text = await readText(workspace, path);
  return { path, text: setPointer(path, text, pointer, edit) };
}

/** The same of several pointers, some of which may share a file. */
export async function editPointers(
  workspace: Workspace,
  snapshot: Snapshot,
  edits: ReadonlyMap<string, PointerEdit>,
): Promise<FileEdit[]> {
  const texts = new Map<string, string>();
  for (const [pointer, edit] of edits) {
    const path = fileOf(pointer, snapshot);
    const text = texts.get(path) ?? (await readText(workspace, path));
    texts.set(path, setPointer(path, text, pointer, edit));
  }
  return [...texts].map(([path, text]) => ({ path, text }));
}

/** The right file without one pointer, not yet written. */
export async function dropPointer(
  workspace: Workspace,
  snapshot: Snapshot,
  pointer: string,
): Promise<FileEdit> {
  const path = fileOf(pointer, snapshot);
  const text = await readText(workspace, path);
  return { path, text: text === null ? null : removePointer(path, text, pointer) };
}

/** What the rules would say after edits and do not say now. */
export function problemsAfter(
  { desired, files, fileProblems }: Snapshot,
  ...edits: readonly FileEdit[]
): Problem[] {
  const paths = new Set(edits.map(({ path }) => path));
  const others = files.filter(
    ({ path }) => !paths.has(path) && path.startsWith(inRoot("pointers/", desired.root)),
  );
  const edited = edits.flatMap(({ path, text }): SourceFile[] =>
    text === null ? [] : [{ path, kind: "file", bytes: new TextEncoder().encode(text) }],
  );
  const after = readDesired([...others, ...edited], desired);
  const known = new Set(
    [...fileProblems, ...checkDesired(desired)].map(({ rule, message }) => `${rule} ${message}`),
  );
  return [...after.problems, ...checkDesired(after.desired)].filter(
    ({ rule, message }) => !known.has(`${rule} ${message}`),
  );
}

/** Writes an edit to the working tree. */
export async function writeEdit({ repo }: Workspace, { path, text }: FileEdit): Promise<void> {
  if (repo.workTree === null) throw noWorkTree();
  await writeRepositoryFile(repo.workTree, path, text);
}

/**
 * Where a pointer is declared, or where its pipeline's others are, or the pipeline's own file.
 * @param once where it was declared earlier
 */
export function fileOf(pointer: string, { desired }: Snapshot, once?: string): string {
  const declared = desired.pointers.get(pointer);
  if (declared !== undefined) return declared.file;
  const { byPipeline, byTag } = pathsOf(pointer);
  const [pipelineFile, tagFile] = [inRoot(byPipeline, desired.root), inRoot(byTag, desired.root)];
  const folder = inRoot(`pointers/${familyOf(pointer)}/`, desired.root);
  if (desired.declarations.some(({ file }) => file.startsWith(folder))) return tagFile;
  const isEmpty = !desired.declarations.some(({ file }) => file === pipelineFile);
  return once === tagFile && isEmpty ? tagFile : pipelineFile;
}

/**
 * The text of a file of the working tree, or of one that a sparse checkout leaves out of it; null where there is none.
 * @throws PointsmanError `file-invalid`
 */
export async function readText({ repo }: Workspace, path: string): Promise<string | null> {
  if (repo.workTree === null) throw noWorkTree();
  const file = join(repo.workTree, path);
  const info = await lstat(file).catch(() => null);
  const leftOut = info === null ? (await repo.leftOut(path))[0]?.bytes : undefined;
  if (info === null && leftOut == null) return null;
  if (info?.isFile() === false) throw new PointsmanError("file-invalid", `${path} is no regular file.`);
  if (info !== null && info.size > maxFileSize)
    throw new PointsmanError("file-invalid", `${path} is larger than 1 MiB.`);
  try {
    // A byte order mark stays: it is part of the text here.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      leftOut ?? (await readFile(file)),
    );
  } catch (error) {
    throw new PointsmanError("file-invalid", `${path} cannot be read as UTF-8 text.`, { cause: error });
  }
}

function noWorkTree(): PointsmanError {
  return new PointsmanError("no-repository", "A bare repository has no files to edit.", {
    hint: "Use a clone with a working tree.",
  });
}
