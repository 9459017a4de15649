import type { Desired } from "../model/pointer.ts";
import type { Current } from "../plan/current.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { parsePointerFile } from "../pointer/parse-pointer-file.ts";
import type { Workspace } from "./open-workspace.ts";

/**
 * Of the pointers that a remote has locked and the files have not, those that an earlier commit of
 * the branch declared locked: a lock that git knows of may be taken off, any other is somebody's hand.
 */
export async function declaredLocks(
  { repo }: Workspace,
  desired: Desired,
  current: Current,
): Promise<Set<string>> {
  const open = new Set<string>();
  for (const { pointer, locked } of desired.pointers.values()) {
    if (!locked && current.get(pointer)?.locked === true) open.add(pointer);
  }
  const found = new Set<string>();
  const start = desired.commit ?? (await repo.head());
  if (start === null || open.size === 0) return found;
  for await (const { id: commit } of repo.history(start)) {
    for (const pointer of open) {
      if (!(await isLockedAt(commit, pointer))) continue;
      found.add(pointer);
      open.delete(pointer);
    }
    if (open.size === 0) break;
  }
  return found;

  async function isLockedAt(commit: string, pointer: string): Promise<boolean> {
    for (const path of Object.values(pathsOf(pointer))) {
      for (const { bytes } of await repo.files(commit, inRoot(path, desired.root))) {
        const { declarations } = parsePointerFile(path, new TextDecoder().decode(bytes ?? new Uint8Array()));
        if (declarations.some((declaration) => declaration.pointer === pointer && declaration.locked))
          return true;
      }
    }
    return false;
  }
}
