import { readFile } from "node:fs/promises";
import validatePlan from "../../schemas/plan.schema.json?validator";
import { PointsmanError } from "../errors.ts";
import type { Change, Plan } from "../model/plan.ts";
import { printable } from "../pointer/printable.ts";

/** The changes of a saved plan that a fresh one still has; the others no longer hold, and are left. */
export function stillHolding(saved: Plan, fresh: Plan): Plan {
  if (saved.remote.url !== fresh.remote.url) {
    throw new PointsmanError(
      "plan-invalid",
      `The plan was made for ${printable(saved.remote.url)}, not for ${fresh.remote.url}.`,
      {
        hint: "Name the remote it was made for with --remote, or plan again.",
      },
    );
  }
  const key = ({ action, pointer, before, after }: Change): string =>
    JSON.stringify([action, pointer, before?.pipeline, before?.locked, after?.pipeline, after?.locked]);
  const now = new Map(fresh.changes.map((change) => [key(change), change]));
  const lost = saved.changes.filter((change) => !now.has(key(change)));
  const isNamedIn = (list: readonly { pointer: string }[], pointer: string): boolean =>
    list.some((one) => one.pointer === pointer);
  const isOpen = ({ pointer }: Change): boolean =>
    isNamedIn(fresh.changes, pointer) || isNamedIn(fresh.blocked, pointer);
  const stale = lost.filter(isOpen);
  if (stale.length > 0) {
    const names = stale.slice(0, 5).map(({ pointer }) => printable(pointer));
    const why = fresh.blocked.find(({ pointer }) => pointer === stale[0]?.pointer)?.message;
    throw new PointsmanError(
      "plan-invalid",
      `What was planned no longer holds: ${names.join(", ")}. Nothing was written.`,
      {
        hint: why ?? "The remote or the branch has changed: plan again, and look at what is different.",
      },
    );
  }
  const changes = saved.changes.flatMap((change) => now.get(key(change)) ?? []);
  // A plan of some names says nothing of the others.
  const isPlanned = ({ pointer }: { pointer: string }): boolean =>
    [saved.changes, saved.blocked, saved.superseded].some((list) => isNamedIn(list, pointer));
  const blocked = fresh.blocked.filter(({ pointer }) => isNamedIn(saved.blocked, pointer));
  const superseded = fresh.superseded.filter(isPlanned);
  const done = lost.filter(({ pointer }) => !isNamedIn(superseded, pointer));
  const count = (action: string): number => changes.filter((change) => change.action === action).length;
  const summary = {
    ...fresh.summary,
    create: count("create"),
    update: count("update"),
    delete: count("delete"),
    unchanged: saved.summary.unchanged + done.length,
    blocked: blocked.length,
  };
  return { ...fresh, changes, blocked, superseded, summary };
}

/**
 * A plan out of a file.
 * @throws PointsmanError `plan-invalid`
 */
export async function readPlan(file: string): Promise<Plan> {
  let plan: unknown;
  try {
    plan = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new PointsmanError(
      "plan-invalid",
      `${printable(file)} cannot be read as a plan: ${printable((error as Error).message)}.`,
    );
  }
  if (!validatePlan(plan))
    throw new PointsmanError("plan-invalid", `${printable(file)} is not a plan that \`plan --out\` wrote.`);
  return plan as Plan;
}
