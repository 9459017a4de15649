import type { CommitInfo } from "../model/repo.ts";
import type { HistorySource } from "./entries.ts";
import { timeline } from "./timeline.ts";

/**
 * Of some names, those that the branch's own first-parent commits once declared, each with the newest
 * commit that took it out. What only ever stood inside a feature branch, or in a file that could not be
 * read, was never declared.
 */
export async function ownedNames(
  candidates: Iterable<string>,
  source: HistorySource,
): Promise<Map<string, CommitInfo>> {
  const open = new Set(candidates);
  const owned = new Map<string, CommitInfo>();
  if (open.size === 0) return owned;
  for await (const { commit, touched, before, after } of timeline(source.repo, source.tip, source.root)) {
    for (const pointer of touched) {
      if (!open.has(pointer) || after.get(pointer) != null || before.get(pointer) == null) continue;
      owned.set(pointer, commit);
      open.delete(pointer);
    }
    if (open.size === 0) break;
  }
  return owned;
}
