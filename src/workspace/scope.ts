import { PointsmanError } from "../errors.ts";
import type { Desired } from "../model/pointer.ts";
import { difference } from "../plan/difference.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";

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

/**
 * @param remote the one that the command line named
 * @throws PointsmanError `pointer-unknown` where no file declares the name
 */
export function refuseUnknown(pointer: string, { pointers }: Desired, remote?: string): void {
  if (pointers.has(pointer)) return;
  const near = nearestPointer(pointer, pointers.keys());
  throw new PointsmanError("pointer-unknown", `No pointer ${printable(pointer)} is declared.`, {
    hint: near === undefined ? `${suggested("list", remote)} shows those that are.` : `Did you mean ${near}?`,
  });
}

/**
 * The error of a name that a commit of the past does not declare, as far as its files can be read.
 * @param at the commit, as people are told of it
 */
export function undeclaredAt(
  pointer: string,
  { root, unreadable }: Desired,
  at: string,
  options: { readonly hint: string },
): PointsmanError {
  const places = Object.values(pathsOf(pointer)).map((path) => inRoot(path, root));
  const file = unreadable.find((path) => places.includes(path));
  if (file !== undefined) return new PointsmanError("file-invalid", `${file} cannot be read at ${at}.`);
  return new PointsmanError("pointer-unknown", `${printable(pointer)} was not declared at ${at}.`, options);
}
