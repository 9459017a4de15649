import type { Change } from "../model/plan.ts";
import type { Value } from "./value.ts";

/** One write: from the value it is expected to find to the value it shall leave. */
export interface Step {
  readonly from: Value;
  readonly to: Value;
}

/**
 * The writes of a change. A pointer that is or shall be locked moves in two (contract: a locked pointer
 * does not move): unlocked with the new target, then locked.
 */
export function stepsOf({ before, after }: Pick<Change, "before" | "after">): readonly [Step, Step?] {
  const moves = before !== null && after !== null && before.pipeline !== after.pipeline;
  if (!moves || !after.locked) return [{ from: before, to: after }];
  const unlocked = { pipeline: after.pipeline, locked: false };
  return [
    { from: before, to: unlocked },
    { from: unlocked, to: after },
  ];
}
