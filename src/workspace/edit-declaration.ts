import { existsSync } from "node:fs";
import { lstat, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PointsmanError } from "../errors.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import type { Problem } from "../model/problem.ts";
import type { PointerEdit } from "../model/pointer-edit.ts";
import { removePointer, setPointer } from "../pointer/edit-pointer-file.ts";
import { familyOf } from "../pointer/name.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { printable } from "../pointer/printable.ts";
import { readDesired } from "../pointer/read-desired.ts";
import { checkDesired } from "../rules/check.ts";
import type { Workspace } from "./open-workspace.ts";
import type { Snapshot } from "./read-snapshot.ts";
import { type FileText, writeRepositoryFiles } from "./write-file.ts";

/** One file as an edit leaves it. */
export interface FileEdit extends FileText {
  /** What was read of it; null where there was none. */
  readonly before: string | null;
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
  const before = await readText(workspace, path);
  return { path, before, text: setPointer(path, before, pointer, edit) };
}

/** The same of several pointers, some of which may share a file. */
export async function editPointers(
  workspace: Workspace,
  snapshot: Snapshot,
  edits: ReadonlyMap<string, PointerEdit>,
): Promise<FileEdit[]> {
  const files = new Map<string, FileEdit>();
  for (const [pointer, edit] of edits) {
    const path = fileOf(pointer, snapshot);
    const known = files.get(path);
    const before = known === undefined ? await readText(workspace, path) : known.before;
    files.set(path, { path, before, text: setPointer(path, known?.text ?? before, pointer, edit) });
  }
  return [...files.values()];
}

/** The right file without one pointer, not yet written. */
export async function dropPointer(
  workspace: Workspace,
  snapshot: Snapshot,
  pointer: string,
): Promise<FileEdit> {
  const path = fileOf(pointer, snapshot);
  const before = await readText(workspace, path);
  return { path, before, text: before === null ? null : removePointer(path, before, pointer) };
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

/**
 * Writes edits to the working tree: all of them, or none where one is of a file that has changed since.
 * @throws PointsmanError `file-invalid`
 */
export async function writeEdits(workspace: Workspace, ...edits: readonly FileEdit[]): Promise<void> {
  const { workTree } = workspace.repo;
  if (workTree === null) throw noWorkTree();
  for (const edit of edits) {
    if (edit.text === null && !existsSync(join(workTree, edit.path))) await refuseLeftOut(workspace, edit);
  }
  await writeRepositoryFiles(workTree, edits, async () => {
    for (const edit of edits) await refuseStale(workspace, edit);
  });
}

async function refuseStale(workspace: Workspace, { path, before }: FileEdit): Promise<void> {
  if ((await readText(workspace, path)) !== before) throw new ChangedMeanwhile(path);
}

/** Makes an edit again, from the files as they are then, where something else has changed its file meanwhile. */
export async function editing<T>(edit: () => Promise<T>): Promise<T> {
  for (let attempts = 20; ; attempts -= 1) {
    try {
      return await edit();
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile) || attempts === 1) throw error;
    }
  }
}

class ChangedMeanwhile extends PointsmanError {
  constructor(path: string) {
    super("file-invalid", `${printable(path)} has changed meanwhile, and is left as it is.`, {
      hint: "Nothing was written. Run this again: it then goes by what the file says now.",
    });
  }
}

/** To delete what is not there says nothing to git, and it would still be declared. */
async function refuseLeftOut(workspace: Workspace, edit: FileEdit): Promise<void> {
  await refuseStale(workspace, edit);
  if (edit.before === null) return;
  throw new PointsmanError(
    "file-invalid",
    `${printable(edit.path)} is left out of this sparse checkout, and cannot be deleted in it.`,
    { hint: `Take its folder in first: git sparse-checkout add ${printable(dirname(edit.path))}` },
  );
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
