import type { Plan } from "../model/plan.ts";
import type { Guards, Limit } from "../model/policy.ts";

/**
 * Why a plan is too surprising to be applied without a second look; null where it is not. Without
 * settings updates are unlimited, and deletes are 10 or 10 % of what we own, whichever is more.
 * @param owned how many pointers are ours: those declared, and those that were and are to go
 */
export function guardOf({ summary }: Plan, { maxDeletes, maxUpdates }: Guards, owned: number): string | null {
  const guards = [
    guard("delete", "max_deletes", summary.delete, limitOf(maxDeletes, owned) ?? defaultDeletes(owned)),
    guard("update", "max_updates", summary.update, limitOf(maxUpdates, owned)),
  ].filter((text) => text !== null);
  return guards.length === 0 ? null : guards.join(" ");
}

/** How many pointers may be touched, and how that number comes about. */
interface Allowed {
  readonly most: number;
  readonly why: string;
}

function guard(action: string, setting: string, actual: number, allowed: Allowed | null): string | null {
  if (allowed === null || actual <= allowed.most) return null;
  return (
    `This would ${action} ${actual} ${actual === 1 ? "pointer" : "pointers"}, and ${allowed.most} may be: ${allowed.why}. ` +
    `If it is meant, give --force-guards, or set guards.${setting} in pointsman.yaml.`
  );
}

function limitOf(limit: Limit | null, owned: number): Allowed | null {
  if (limit === null) return null;
  if ("count" in limit) return { most: limit.count, why: "the config says so" };
  const most = Math.floor((owned * limit.percent) / 100);
  return { most, why: `${limit.percent} % of the ${owned} that are ours, by the config` };
}

function defaultDeletes(owned: number): Allowed {
  const most = Math.max(10, Math.floor(owned / 10));
  return { most, why: `10, or 10 % of the ${owned} that are ours, whichever is more` };
}
