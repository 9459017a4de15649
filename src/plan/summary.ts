import type { Action, Blocked, Change, Plan } from "../model/plan.ts";

/** How many pointers a plan does what with. */
export function summaryOf(
  changes: readonly Change[],
  blocked: readonly Blocked[],
  unchanged: number,
): Plan["summary"] {
  const count = (action: Action): number => changes.filter((change) => change.action === action).length;
  return {
    create: count("create"),
    update: count("update"),
    delete: count("delete"),
    unchanged,
    blocked: blocked.length,
  };
}
