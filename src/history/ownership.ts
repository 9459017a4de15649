import type { CommitInfo } from "../model/repo.ts";
import type { HistorySource } from "./entries.ts";
import { transitions } from "./transitions.ts";

/**
 * Of some names, those that the branch's own first-parent commits once declared, each with the newest
 * commit that took it out. What only ever stood inside a feature branch, in a file that could not be
 * read, or in a chain that led nowhere, was never declared.
 * @param names that the commit at hand does not declare
 * @param head the commit at hand, where it is none of the branch's first-parent commits: it took out what
 * they still declare. Null for the working tree; undefined where it is one of them
 */
export async function ownedNames(
  names: Iterable<string>,
  source: HistorySource,
  head?: CommitInfo | null,
): Promise<Map<string, CommitInfo | null>> {
  const open = new Set(names);
  const removed = new Map<string, CommitInfo | null>();
  const owned = new Map<string, CommitInfo | null>();
  for await (const { pointer, commit, before, after } of transitions(open, source)) {
    if (!removed.has(pointer)) {
      if (after === null) removed.set(pointer, commit);
      else if (head !== undefined) removed.set(pointer, head);
    }
    const by = removed.get(pointer);
    const isProven = [before, after].some((value) => value !== null && value.trouble === null);
    if (by === undefined || !isProven) continue;
    owned.set(pointer, by);
    open.delete(pointer);
  }
  return owned;
}
