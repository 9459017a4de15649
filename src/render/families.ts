import type { Action } from "../model/plan.ts";
import { familyOf, tagOf } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";

/** What stands before a pointer in a list of changes. */
export const signs = { create: "+", update: "~", delete: "-" } as const satisfies Record<Action, string>;

/** A name inside its own pipeline's group is its tag alone. */
export function shortName(pointer: string, family: string): string {
  return pointer.startsWith(`${family}:`) && familyOf(pointer) === family
    ? `:${printable(tagOf(pointer))}`
    : printable(pointer);
}

/** Rows about pointers by their pipelines, in the order they come. */
export function byFamily<Row extends { readonly pointer: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const families = new Map<string, Row[]>();
  for (const row of rows) {
    const family = familyOf(row.pointer);
    const members = families.get(family);
    if (members === undefined) families.set(family, [row]);
    else members.push(row);
  }
  return families;
}
