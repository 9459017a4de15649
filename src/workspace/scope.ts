import { PointsmanError } from "../errors.ts";
import type { Desired } from "../model/pointer.ts";
import { difference } from "../plan/difference.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { printable } from "../pointer/printable.ts";

/**
 * The names a plan is narrowed to: those that the user names, and of a pull request those that it
 * moves. Undefined where nothing narrows it.
 * @param base what the pull request started from
 * @throws PointsmanError `pointer-unknown`
 */
export function scopeOf(
  names: readonly string[],
  head: Desired,
  base: Desired | undefined,
): Set<string> | undefined {
  for (const name of names) refuseUnknown(name, head);
  if (base === undefined) return names.length === 0 ? undefined : new Set(names);
  const moved = difference(base, head).map(({ pointer }) => pointer);
  return new Set(names.length === 0 ? moved : moved.filter((pointer) => names.includes(pointer)));
}

/** @throws PointsmanError `pointer-unknown` where no file declares the name */
export function refuseUnknown(pointer: string, { pointers }: Desired): void {
  if (pointers.has(pointer)) return;
  const near = nearestPointer(pointer, pointers.keys());
  throw new PointsmanError("pointer-unknown", `No pointer ${printable(pointer)} is declared.`, {
    hint: near === undefined ? "`pointsman list` shows those that are." : `Did you mean ${near}?`,
  });
}
