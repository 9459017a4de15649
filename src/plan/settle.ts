import type { Action, Blocked, Cause, Change, Plan, Superseded } from "../model/plan.ts";
import type { Desired } from "../model/pointer.ts";
import type { OnDrift } from "../model/policy.ts";
import { blockedThrough } from "./obstacles.ts";
import { alongChains } from "./resolve-chain.ts";
import { summaryOf } from "./summary.ts";

export interface Settlement {
  /** Why each changed pointer differs, by name. */
  readonly causes: ReadonlyMap<string, Cause>;
  /** The pointers that a newer commit of the branch has overtaken, by name: with that commit. */
  readonly superseded: ReadonlyMap<string, string>;
  readonly onDrift: OnDrift;
  /** Whether the user asked for it in this very call: only then is a hand-moved pointer deleted. */
  readonly isExplicit: boolean;
  /** What the commit declares: a pointer that resolves through a blocked one is blocked too. */
  readonly desired: Desired;
}

/**
 * A plan with what the history says of it: each change has its cause, what a newer commit declares
 * otherwise is left out, and drift is blocked where the config says to keep it.
 */
export function settle(plan: Plan, settlement: Settlement): Plan {
  const { superseded } = settlement;
  const isOvertaken = ({ pointer }: { pointer: string }): boolean => superseded.has(pointer);
  const overtaken = [...plan.changes, ...plan.blocked]
    .filter(isOvertaken)
    .map(({ pointer }): Superseded => ({ pointer, commit: superseded.get(pointer) ?? "" }));
  const explained = plan.changes
    .filter((change) => !isOvertaken(change))
    .map((change): Change => {
      const { action, pointer, before, after, via } = change;
      return { action, pointer, before, after, via, cause: settlement.causes.get(pointer) ?? change.cause };
    });
  const drifted = driftIn(explained, plan, settlement);
  const changes = explained.filter(({ pointer }) => !drifted.has(pointer));
  const blocked = [...plan.blocked.filter((one) => !isOvertaken(one)), ...drifted.values()].sort(byPointer);
  return {
    ...plan,
    changes,
    blocked,
    superseded: overtaken.sort(byPointer),
    summary: summaryOf(changes, blocked, plan.summary.unchanged),
  };
}

/** The changes that would undo what somebody did by hand, and may not; and those that resolve through them. */
function driftIn(
  changes: readonly Change[],
  { versions }: Plan,
  { onDrift, isExplicit, desired }: Settlement,
): Map<string, Blocked> {
  const drifted = new Map<string, Blocked>();
  for (const change of changes) {
    if (mayUndo(change, onDrift, isExplicit)) continue;
    const message = messages[change.cause.kind === "unknown" ? "unknown" : change.action](change, versions);
    drifted.set(change.pointer, { pointer: change.pointer, reason: "drift", message });
  }
  const blockerOf = alongChains(desired, (name) => (drifted.has(name) ? name : undefined));
  const dependents = changes.flatMap(({ pointer }): Blocked[] => {
    const through = blockerOf(pointer);
    return through === null || drifted.has(pointer) ? [] : [blockedThrough(through, pointer)];
  });
  for (const one of dependents) drifted.set(one.pointer, one);
  return drifted;
}

/** Where history is too short to tell, somebody's hand may be in it: what is to be kept is kept. */
function mayUndo({ action, cause }: Change, onDrift: OnDrift, isExplicit: boolean): boolean {
  if (cause.kind !== "drift" && cause.kind !== "unknown") return true;
  return onDrift === "overwrite" && (action !== "delete" || isExplicit);
}

type Message = (change: Change, versions: Plan["versions"]) => string;

const messages = {
  create: (change, versions) =>
    `${byHand(change, versions)}: no commit ever said so. --on-drift overwrite puts it back.`,
  update: (change, versions) =>
    `${byHand(change, versions)}: no commit ever said so. --on-drift overwrite puts it back; \`pointsman adopt ${change.pointer}\` writes it into the files.`,
  delete: (change, versions) =>
    `It is no longer declared, but ${lowerFirst(byHand(change, versions))}: no commit ever said so. --on-drift overwrite deletes it all the same.`,
  unknown: () =>
    `Whether somebody moved it by hand cannot be told: this clone's history is too short. Fetch all of it (git fetch --unshallow), or give --on-drift overwrite.`,
} as const satisfies Record<Action | "unknown", Message>;

function byHand({ before, after }: Change, versions: Plan["versions"]): string {
  if (before === null) return "It was changed by hand";
  if (before.pipeline === after?.pipeline) return `It was ${before.locked ? "locked" : "unlocked"} by hand`;
  const to = Object.hasOwn(versions, before.pipeline) ? versions[before.pipeline] : before.pipeline;
  return `It was moved by hand to ${to}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function byPointer(a: { pointer: string }, b: { pointer: string }): number {
  return a.pointer < b.pointer ? -1 : 1;
}
