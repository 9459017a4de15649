import type { Action, Blocked, Cause, Change, Plan, Superseded } from "../model/plan.ts";
import type { OnDrift } from "../model/policy.ts";

export interface Settlement {
  /** Why each changed pointer differs, by name. */
  readonly causes: ReadonlyMap<string, Cause>;
  /** The changes that a newer commit of the branch has overtaken, by name: with that commit. */
  readonly superseded: ReadonlyMap<string, string>;
  readonly onDrift: OnDrift;
  /** Whether the user asked for it in this very call: only then is a hand-moved pointer deleted. */
  readonly isExplicit: boolean;
}

/**
 * A plan with what the history says of it: each change has its cause, what a newer commit declares
 * otherwise is left out, and drift is blocked where the config says to keep it.
 */
export function settle(plan: Plan, { causes, superseded, onDrift, isExplicit }: Settlement): Plan {
  const changes: Change[] = [];
  const overtaken: Superseded[] = [];
  const drifted: Blocked[] = [];
  for (const change of plan.changes) {
    const { pointer } = change;
    const cause = causes.get(pointer) ?? change.cause;
    const commit = superseded.get(pointer);
    if (commit !== undefined) overtaken.push({ pointer, commit });
    else if (cause.kind === "drift" && !mayUndo(change, onDrift, isExplicit)) {
      const undone = change.action === "delete" ? "deletes it all the same" : "puts it back";
      const message = `It was moved by hand: no commit ever said ${change.before?.pipeline ?? "so"}. --on-drift overwrite ${undone}.`;
      drifted.push({ pointer, reason: "drift", message });
    } else changes.push({ ...change, cause });
  }
  const blocked = [...plan.blocked, ...drifted].sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
  const count = (action: Action): number => changes.filter((change) => change.action === action).length;
  return {
    ...plan,
    changes,
    blocked,
    superseded: overtaken,
    summary: {
      create: count("create"),
      update: count("update"),
      delete: count("delete"),
      unchanged: plan.summary.unchanged,
      blocked: blocked.length,
    },
  };
}

function mayUndo({ action }: Change, onDrift: OnDrift, isExplicit: boolean): boolean {
  return onDrift === "overwrite" && (action !== "delete" || isExplicit);
}
