import { createReadStream } from "node:fs";
import validatePlan from "../../schemas/plan.schema.json?validator";
import { PointsmanError } from "../errors.ts";
import type { Change, Plan, PlanBasis } from "../model/plan.ts";
import type { PointerValue } from "../model/pointer.ts";
import { printable } from "../pointer/printable.ts";
import { readTrouble } from "./file-trouble.ts";

/** In bytes: 100,000 changes take some 30 MiB. */
const maxPlanSize = 256 * 1024 * 1024;

/** A plan with what it was made from: what `plan` prints, `--out` writes and `sync --plan` takes. */
export interface SavedPlan extends Plan {
  readonly basis: PlanBasis;
}

/**
 * Before the remote is asked: whether a plan is still one of these files and this remote.
 * @throws PointsmanError `plan-invalid` with all that differs
 */
export function refuseOtherBasis(saved: SavedPlan, now: PlanBasis, remote: Plan["remote"]): void {
  const of = ` of commit ${(saved.commit ?? "").slice(0, 8)}`;
  refuse([
    ...(saved.remote.url === remote.url
      ? []
      : [`The remote is ${printable(remote.url)}, and was ${printable(saved.remote.url)}.`]),
    ...(saved.basis.config === now.config ? [] : [`pointsman.yaml is not that${of}.`]),
    ...(saved.basis.pointers === now.pointers ? [] : [`The pointer files are not those${of}.`]),
  ]);
}

/**
 * Once the plan is made anew: whether it has the changes that were saved, and no others. A plan that is
 * done, since all it planned is there, has nothing left and passes.
 * @throws PointsmanError `plan-invalid` with all that differs
 */
export function refuseOtherChanges(saved: SavedPlan, fresh: Plan): void {
  const [planned, found] = [byPointer(saved.changes), byPointer(fresh.changes)];
  const isOpen = new Set([...fresh.blocked, ...fresh.superseded].map(({ pointer }) => pointer));
  const lost = saved.changes.filter(({ pointer }) => !found.has(pointer));
  if (fresh.changes.length === 0 && lost.every(({ pointer }) => !isOpen.has(pointer))) return;
  refuse([
    ...lost.map(({ pointer }) => `${printable(pointer)} ${reasonOf(pointer, fresh)}.`),
    ...fresh.changes.flatMap((change) => {
      const before = planned.get(change.pointer);
      if (before === undefined) return [`${printable(change.pointer)} was not to be changed, and is now.`];
      return isSameChange(before, change)
        ? []
        : [`${printable(change.pointer)} was ${wayOf(before)}, and is now ${wayOf(change)}.`];
    }),
  ]);
}

function byPointer(changes: readonly Change[]): Map<string, Change> {
  return new Map(changes.map((change) => [change.pointer, change]));
}

/** Why a fresh plan no longer changes a pointer. */
function reasonOf(pointer: string, { blocked, superseded }: Plan): string {
  const obstacle = blocked.find((one) => one.pointer === pointer);
  if (obstacle !== undefined) return `is blocked: ${obstacle.message.replace(/\.$/, "")}`;
  const newer = superseded.find((one) => one.pointer === pointer);
  if (newer !== undefined) return `is superseded by ${newer.commit.slice(0, 8)}`;
  return "needs no change any more";
}

function isSameChange(a: Change, b: Change): boolean {
  return a.action === b.action && wayOf(a) === wayOf(b);
}

/** `pipeline_a → pipeline_b`, a lock told too. */
function wayOf({ before, after }: Change): string {
  return [before, after].map(valueText).join(" → ");
}

function valueText(value: PointerValue | null): string {
  return value === null ? "absent" : `${printable(value.pipeline)}${value.locked ? " (locked)" : ""}`;
}

const mostShown = 10;

function refuse(differences: readonly string[]): void {
  if (differences.length === 0) return;
  const shown = differences.slice(0, mostShown).map((text) => `\n  ${text}`);
  const more = differences.length > mostShown ? `\n  and ${differences.length - mostShown} more` : "";
  throw new PointsmanError(
    "plan-invalid",
    `What was planned no longer holds, so nothing was written.${shown.join("")}${more}`,
    { hint: "Plan again and look at what is different, or sync without --plan." },
  );
}

/**
 * A plan out of a file, to be applied.
 * @throws PointsmanError `plan-invalid`
 */
export async function readSavedPlan(file: string): Promise<SavedPlan> {
  const { basis, ...plan } = await readPlan(file);
  if (plan.commit === null) {
    throw new PointsmanError("plan-invalid", "The plan previews a working tree; sync applies commits only.", {
      hint: "Commit, then plan again.",
    });
  }
  if (basis !== undefined) return { ...plan, basis };
  throw new PointsmanError("plan-invalid", `${printable(file)} does not say what it was planned from.`, {
    hint: "Write it with `plan --out`.",
  });
}

/**
 * A plan out of a file, to be read.
 * @throws PointsmanError `plan-invalid`
 */
export async function readPlan(file: string): Promise<Plan & Partial<SavedPlan>> {
  let plan: unknown;
  try {
    plan = JSON.parse(await readText(file));
  } catch (error) {
    throw new PointsmanError(
      "plan-invalid",
      `${printable(file)} cannot be read as a plan: ${readTrouble(error)}.`,
    );
  }
  if (!validatePlan(plan))
    throw new PointsmanError("plan-invalid", `${printable(file)} is not a plan that \`plan --out\` wrote.`);
  return plan as Plan & Partial<SavedPlan>;
}

/** Also of a pipe, which has no size to look at before. */
async function readText(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxPlanSize) throw new Error("it is larger than 256 MiB");
    chunks.push(chunk);
  }
  // It leaves a byte order mark out.
  return new TextDecoder().decode(Buffer.concat(chunks));
}
