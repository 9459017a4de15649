import type { Change } from "../model/plan.ts";
import type { Desired } from "../model/pointer.ts";
import type { Current } from "../plan/current.ts";
import { goalOf } from "../plan/obstacles.ts";
import { isSame } from "../plan/plan.ts";
import { resolveChain } from "../plan/resolve-chain.ts";
import type { HistorySource } from "./entries.ts";
import { isSamePast, pastValue } from "./past-value.ts";
import { timeline } from "./timeline.ts";

export interface TipState {
  /** What the tip of the branch declares. */
  readonly tip: Desired;
  readonly current: Current;
  /** The branch's first-parent commits that the commit at hand does not have. */
  readonly newer: ReadonlySet<string>;
}

/**
 * Of the changes of an older commit, those that the tip of the branch declares otherwise, each with the
 * newest commit that did so. What the tip leaves in trouble counts as otherwise too.
 */
export async function supersededBy(
  changes: readonly Change[],
  { tip, current, newer }: TipState,
  source: HistorySource,
): Promise<Map<string, string>> {
  const open = new Set(
    changes.filter((change) => !isSameAtTip(change, tip, current)).map(({ pointer }) => pointer),
  );
  const superseded = new Map([...open].map((pointer) => [pointer, source.tip]));
  if (open.size === 0) return superseded;
  for await (const { commit, before, after } of timeline(source.repo, source.tip, source.root)) {
    if (!newer.has(commit.id) || open.size === 0) break;
    for (const pointer of open) {
      const [was, is] = [before, after].map((state) => pastValue(pointer, state, source.isExternal));
      if (isSamePast(was ?? null, is ?? null)) continue;
      superseded.set(pointer, commit.id);
      open.delete(pointer);
    }
  }
  return superseded;
}

function isSameAtTip({ pointer, after }: Change, tip: Desired, current: Current): boolean {
  const declaration = tip.pointers.get(pointer);
  if (declaration === undefined) return after === null;
  if (resolveChain(pointer, tip).end === null) return false;
  return isSame(goalOf(declaration, tip, current).value, after);
}
