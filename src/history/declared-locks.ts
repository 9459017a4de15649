import type { HistorySource } from "./entries.ts";
import { transitions } from "./transitions.ts";

/**
 * Of some names, those that a first-parent commit of the branch declared locked: a lock that git knows of
 * may be taken off, any other is somebody's hand.
 */
export async function declaredLocks(names: Iterable<string>, source: HistorySource): Promise<Set<string>> {
  const open = new Set(names);
  const found = new Set<string>();
  for await (const { pointer, before, after } of transitions(open, source)) {
    if (before?.locked !== true && after?.locked !== true) continue;
    found.add(pointer);
    open.delete(pointer);
  }
  return found;
}
