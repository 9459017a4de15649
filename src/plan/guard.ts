import type { Plan } from "../model/plan.ts";
import type { Guards, Limit } from "../model/policy.ts";

/**
 * Why a plan is too surprising to be applied without a second look; null where it is not. Without
 * settings updates are unlimited, and deletes are 10 or 10 % of what we own, whichever is more.
 * @param owned how many pointers are ours: those declared, and those that were and are to go
 */
export function guardOf({ summary }: Plan, { maxDeletes, maxUpdates }: Guards, owned: number): string | null {
  const limits = [
    {
      what: "delete",
      actual: summary.delete,
      setting: "max_deletes",
      allowed: allowed(maxDeletes, owned) ?? Math.max(10, Math.floor(owned / 10)),
    },
    {
      what: "update",
      actual: summary.update,
      setting: "max_updates",
      allowed: allowed(maxUpdates, owned) ?? Infinity,
    },
  ];
  const broken = limits.find((limit) => limit.actual > limit.allowed);
  if (broken === undefined) return null;
  return (
    `This would ${broken.what} ${broken.actual} of the ${owned} pointers declared here, and ${broken.allowed} are allowed. ` +
    `If it is meant, give --force-guards, or raise guards.${broken.setting} in pointsman.yaml.`
  );
}

function allowed(limit: Limit | null, owned: number): number | null {
  if (limit === null) return null;
  return "count" in limit ? limit.count : Math.floor((owned * limit.percent) / 100);
}
