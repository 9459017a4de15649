import type { Declaration, Desired, PointerValue } from "../model/pointer.ts";
import type { Blocked } from "../model/plan.ts";
import { familyOf } from "../pointer/name.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { type Current, versionsOf } from "./current.ts";
import { endOf } from "./resolve-chain.ts";

/** A declared pointer with the value it shall have, or why it cannot have one. */
export type Goal =
  | { readonly value: PointerValue; readonly blocked: null }
  | { readonly value: null; readonly blocked: Blocked };

/**
 * What a declaration asks of the remote, its chain resolved to an id with the remote's own names.
 * @param hasToken whether the listing may be of a part: what a token may see
 */
export function goalOf(declaration: Declaration, desired: Desired, current: Current, hasToken = false): Goal {
  const { pointer, locked } = declaration;
  const end = endOf(declaration, desired);
  if (end === null) throw new Error(`${pointer} leads nowhere: a commit with problems was planned`);
  if (end.kind === "id") return { value: { pipeline: end.target, locked }, blocked: null };
  const found = current.get(end.target);
  if (found !== undefined) return { value: { pipeline: found.pipeline, locked }, blocked: null };
  return { value: null, blocked: { pointer, ...missing[end.kind](end.target, current, hasToken) } };
}

/** A pointer that follows one that is blocked itself. */
export function blockedThrough(through: string, pointer: string): Blocked {
  const message = `It resolves through ${through}, which is blocked.`;
  return { pointer, reason: "depends-on-blocked", message };
}

const missing = {
  version: (target: string, current: Current, hasToken: boolean) => {
    const unseen = hasToken ? ` Or this token may not see ${target.slice(0, target.indexOf("/"))}.` : "";
    const versions = versionsOf(familyOf(target), current.keys());
    const there =
      versions.length === 0
        ? `${familyOf(target)} has no versions there: was it uploaded to this remote?${unseen}`
        : `the newest there is ${versions.at(-1)}.`;
    return { reason: "missing-version", message: `The remote has no ${target}; ${there}` } as const;
  },
  external: (target: string, current: Current) => {
    const near = nearestPointer(target, current.keys());
    const end = near === undefined ? "." : `; did you mean ${near}?`;
    return {
      reason: "missing-external",
      message: `The remote has no external pointer ${target}${end}`,
    } as const;
  },
};
