import { maxFileSize } from "../model/source-file.ts";
import type { PointerEdit } from "../model/pointer-edit.ts";
import { addPointers } from "../pointer/edit-pointer-file.ts";
import { type FileEdit, fileOf, readText } from "./edit-declaration.ts";
import type { Workspace } from "./open-workspace.ts";
import type { Snapshot } from "./read-snapshot.ts";

export interface Added {
  /** Not yet written. */
  readonly edits: readonly FileEdit[];
  /** The file of each pointer that is in one of them. */
  readonly files: ReadonlyMap<string, string>;
  /** Pointers whose file cannot stand beside the others, and why, as a sentence. */
  readonly refused: readonly { readonly pointer: string; readonly reason: string }[];
}

/** What file systems take of a file's or folder's name, in bytes; all of a pointer's name are ASCII. */
const longestStep = 255;

/**
 * New pointers in the right files: behind the others of their pipeline, or in new files of the layout that
 * the pipeline has. The snapshot has no problems.
 * @throws PointsmanError `file-invalid` where a file that is there cannot be edited safely
 */
export async function addDeclarations(
  workspace: Workspace,
  snapshot: Snapshot,
  added: ReadonlyMap<string, PointerEdit>,
): Promise<Added> {
  const groups = new Map<string, Map<string, PointerEdit>>();
  for (const [pointer, edit] of added) {
    const path = fileOf(pointer, snapshot);
    const group = groups.get(path);
    if (group === undefined) groups.set(path, new Map([[pointer, edit]]));
    else group.set(pointer, edit);
  }
  const taken = new Map(snapshot.files.map(({ path }) => [path.toLowerCase(), path]));
  const edits: FileEdit[] = [];
  const files = new Map<string, string>();
  const refused: Added["refused"][number][] = [];
  for (const [path, group] of groups) {
    const twin = taken.get(path.toLowerCase()) ?? path;
    const isLong = path.split("/").some((step) => step.length > longestStep);
    const isFree = twin === path && !isLong;
    const before = isFree ? await readText(workspace, path) : null;
    const text = isFree ? addPointers(path, before, group) : null;
    const reason = isLong
      ? `Its file would have a name of more than ${longestStep} characters, which no system takes.`
      : text === null
        ? `Its file would differ from ${twin} only in case: they are one file on many systems.`
        : Buffer.byteLength(text) > maxFileSize
          ? "Its pipeline's file would be larger than 1 MiB, more than a pointer file may be."
          : null;
    for (const pointer of group.keys()) {
      if (reason === null) files.set(pointer, path);
      else refused.push({ pointer, reason });
    }
    if (reason !== null) continue;
    edits.push({ path, before, text });
    taken.set(path.toLowerCase(), path);
  }
  return { edits, files, refused };
}
