import { familyOf, isVersionPointer } from "../pointer/name.ts";
import { nearest } from "../pointer/nearest.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { printable } from "../pointer/printable.ts";
import { versionsOf } from "./current.ts";

/**
 * What a hint says of a pointer that there is not: of a version the newest one, since any other is as near; else the
 * one whose name is near. Undefined where none is.
 * @param names the pointers that there are
 */
export function meantPointer(name: string, names: readonly string[]): string | undefined {
  const newest = isVersionPointer(name) ? versionsOf(familyOf(name), names).at(-1) : undefined;
  if (newest !== undefined) return `The newest version there is ${printable(newest)}.`;
  const near = nearestPointer(name, names);
  return near === undefined ? undefined : `Did you mean ${printable(near)}?`;
}

/** The same of what a person asks for: a pointer, all of a pipeline, or a pattern, which may mean none. */
export function meantAsked(asked: string, names: readonly string[]): string | undefined {
  if (asked.includes("*")) return undefined;
  if (asked.includes(":")) return meantPointer(asked, names);
  const near = nearest(asked, new Set(names.map(familyOf)));
  return near === undefined ? undefined : `Did you mean ${printable(near)}?`;
}
