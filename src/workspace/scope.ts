import type { Desired } from "../model/pointer.ts";
import { difference } from "../plan/difference.ts";
import { refuseUnknown } from "./unknown-pointer.ts";

/**
 * The names a plan is narrowed to: those that the user names, and of a pull request those that it
 * moves. Undefined where nothing narrows it.
 * @param base what the pull request started from
 * @param remote the one that the command line named
 * @throws PointsmanError `pointer-unknown`
 */
export function scopeOf(
  names: readonly string[],
  head: Desired,
  base: Desired | undefined,
  remote?: string,
): Set<string> | undefined {
  for (const name of names) refuseUnknown(name, head, remote);
  if (base === undefined) return names.length === 0 ? undefined : new Set(names);
  const moved = difference(base, head).map(({ pointer }) => pointer);
  return new Set(names.length === 0 ? moved : moved.filter((pointer) => names.includes(pointer)));
}
