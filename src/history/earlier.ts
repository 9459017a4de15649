import type { Declaration } from "../model/pointer.ts";
import type { CommitInfo } from "../model/repo.ts";
import type { HistorySource } from "./entries.ts";
import type { PastDeclaration } from "./past-files.ts";
import { placesOf } from "./past-places.ts";
import { timeline } from "./timeline.ts";

/** What a name was declared as, and the change that ended it. */
export interface Earlier {
  /** Null where it was not declared. */
  readonly declaration: PastDeclaration | null;
  /** The commit that changed it; null where that change is not committed. */
  readonly endedBy: CommitInfo | null;
}

/**
 * A name's own declaration before its last change: links of its chain are not looked at, and what could
 * not be read is passed over. Null where it has always been as it is now, as far as this clone goes.
 * @param now what the working tree declares
 */
export async function earlierDeclaration(
  pointer: string,
  now: Declaration | undefined,
  { repo, tip }: HistorySource,
): Promise<Earlier | null> {
  let isTip = true;
  for await (const steps of timeline(repo, tip, placesOf(pointer))) {
    for (const { commit, before, after } of steps) {
      const committed = isTip ? after.get(pointer) : null;
      isTip = false;
      if (committed !== null && !isSameDeclaration(committed, now))
        return { declaration: committed ?? null, endedBy: null };
      const was = before.get(pointer);
      if (was !== null && !isSameDeclaration(was, now)) return { declaration: was ?? null, endedBy: commit };
    }
  }
  return isTip && now !== undefined ? { declaration: null, endedBy: null } : null;
}

type Declared = Pick<Declaration, "target" | "locked" | "description">;

/** Whether two declarations say the same, wherever they stand. */
export function isSameDeclaration(a: Declared | undefined, b: Declared | undefined): boolean {
  return a?.target === b?.target && a?.locked === b?.locked && a?.description === b?.description;
}
