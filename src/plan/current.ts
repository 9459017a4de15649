import type { PointerValue } from "../model/pointer.ts";
import { familyOf, isVersionPointer } from "../pointer/name.ts";

/** The pointers a remote has now, by name. Names are opaque: our grammar does not bind them. */
export type Current = ReadonlyMap<string, PointerValue>;

/** The version pointers of one pipeline in the order of their numbers: v1, v2, … v10. */
export function versionsOf(family: string, names: Iterable<string>): string[] {
  return [...names]
    .filter((name) => familyOf(name) === family && isVersionPointer(name))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
