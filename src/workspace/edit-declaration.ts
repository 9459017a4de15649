import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PointsmanError } from "../errors.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import type { Problem } from "../model/problem.ts";
import type { PointerEdit } from "../pointer/edit-entry.ts";
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
 * @throws PointsmanError `file-invalid`
 */
export async function editPointer(
  workspace: Workspace,
  snapshot: Snapshot,
  pointer: string,
  edit: PointerEdit,
): Promise<FileEdit> {
  const path = fileOf(pointer, snapshot);
  const text = await readText(workspace, path);
  return { path, text: setPointer(path, text, pointer, edit) };
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

/** What the rules would say of one pointer after an edit: of others, only what the edit brings. */
export function problemsAfter({ desired, files, fileProblems }: Snapshot, edit: FileEdit): Problem[] {
  const others = files.filter(
    ({ path }) => path !== edit.path && path.startsWith(inRoot("pointers/", desired.root)),
  );
  const edited: SourceFile[] =
    edit.text === null ? [] : [{ path: edit.path, kind: "file", bytes: new TextEncoder().encode(edit.text) }];
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

function fileOf(pointer: string, { desired }: Snapshot): string {
  const declared = desired.pointers.get(pointer);
  if (declared !== undefined) return declared.at.file;
  const { byPipeline, byTag } = pathsOf(pointer);
  const family = familyOf(pointer);
  const folder = inRoot(`pointers/${family}/`, desired.root);
  const isByTag = desired.declarations.some(({ at }) => at.file.startsWith(folder));
  return inRoot(isByTag ? byTag : byPipeline, desired.root);
}

async function readText({ repo }: Workspace, path: string): Promise<string | null> {
  if (repo.workTree === null) throw noWorkTree();
  const file = join(repo.workTree, path);
  const info = await lstat(file).catch(() => null);
  if (info === null) return null;
  if (!info.isFile()) throw new PointsmanError("file-invalid", `${path} is no regular file.`);
  if (info.size > maxFileSize) throw new PointsmanError("file-invalid", `${path} is larger than 1 MiB.`);
  try {
    // A byte order mark stays: it is part of the text here.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    throw new PointsmanError("file-invalid", `${path} cannot be read as UTF-8 text.`, { cause: error });
  }
}

function noWorkTree(): PointsmanError {
  return new PointsmanError("no-repository", "A bare repository has no files to edit.", {
    hint: "Use a clone with a working tree.",
  });
}
