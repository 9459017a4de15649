import type { Blocked, Change } from "../model/plan.ts";
import type { Desired } from "../model/pointer.ts";
import type { Current } from "../plan/current.ts";
import { goalOf } from "../plan/obstacles.ts";
import { isSame } from "../pointer/is-same.ts";
import { chainEnd } from "../plan/resolve-chain.ts";
import { inRoot } from "../pointer/pointer-path.ts";
import { targetKind } from "../pointer/target.ts";
import type { HistorySource } from "./entries.ts";
import { placesOf } from "./past-places.ts";
import { transitions } from "./transitions.ts";

export interface TipState {
  /** What the older commit declares. */
  readonly desired: Desired;
  /** What the tip of the branch declares; null where its config could not be read. */
  readonly tip: Desired | null;
  readonly current: Current;
  /** The branch's first-parent commits that the older commit does not have. */
  readonly newer: ReadonlySet<string>;
}

/**
 * Of what an older commit plans, the pointers that the tip of the branch declares otherwise, each with
 * the newest commit that did so. What the tip leaves in trouble counts as otherwise too.
 */
export async function supersededBy(
  changes: readonly Change[],
  blocked: readonly Blocked[],
  { desired, tip, current, newer }: TipState,
  source: HistorySource,
): Promise<Map<string, string>> {
  const open = new Set([
    ...changes.filter((change) => !isSameAtTip(change, tip, current)).map(({ pointer }) => pointer),
    ...blocked.map(({ pointer }) => pointer).filter((pointer) => !isDeclaredAlike(pointer, desired, tip)),
  ]);
  const superseded = new Map([...open].map((pointer) => [pointer, source.tip]));
  for await (const { pointer, commit } of transitions(open, source)) {
    if (newer.has(commit.id)) superseded.set(pointer, commit.id);
    open.delete(pointer);
  }
  return superseded;
}

function isSameAtTip({ pointer, after }: Change, tip: Desired | null, current: Current): boolean {
  if (tip === null || isUnreadable(pointer, tip)) return false;
  const declaration = tip.pointers.get(pointer);
  if (declaration === undefined) return after === null;
  if (chainEnd(pointer, tip) === null) return false;
  return isSame(goalOf(declaration, tip, current).value, after);
}

/** Of a pointer that has no value: whether the tip asks for the same. */
function isDeclaredAlike(pointer: string, desired: Desired, tip: Desired | null): boolean {
  if (tip === null || isUnreadable(pointer, tip)) return false;
  const [here, there] = [desired, tip].map((state) => {
    const end = chainEnd(pointer, state);
    return end === null ? null : `${end.target} ${state.pointers.get(pointer)?.locked === true}`;
  });
  return here === there;
}

/** Whether a file that could not be read whole stands where the pointer, or a link of its chain, may. */
function isUnreadable(pointer: string, tip: Desired): boolean {
  if (tip.unreadable.length === 0) return false;
  const unreadable = new Set(tip.unreadable);
  const passed = new Set<string>();
  for (let name = pointer; targetKind(name) === "pointer" && !passed.has(name);) {
    passed.add(name);
    if (placesOf(name).some((path) => unreadable.has(inRoot(path, tip.root)))) return true;
    name = tip.pointers.get(name)?.target ?? "";
  }
  return false;
}
