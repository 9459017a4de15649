import type { PointerValue } from "../model/pointer.ts";
import { familyOf, isVersionPointer } from "../pointer/name.ts";
import { targetKind } from "../pointer/target.ts";
import type { Current } from "./current.ts";

/** What a declaration says that leads to a remote's value. */
export interface WrittenValue {
  readonly target: string;
  readonly locked: boolean;
}

/**
 * How values of a remote are written in a file: an id as a version pointer that has it, of the pointer's
 * own pipeline where there is one, so that review can read it. Null for an id that no file can name.
 */
export function writtenBy(current: Current): (pointer: string, value: PointerValue) => WrittenValue | null {
  const versions = new Map<string, string[]>();
  for (const name of [...current.keys()].filter(isVersionPointer).sort()) {
    const id = current.get(name)?.pipeline ?? "";
    const known = versions.get(id);
    if (known === undefined) versions.set(id, [name]);
    else known.push(name);
  }
  return (pointer, { pipeline, locked }) => {
    const names = versions.get(pipeline) ?? [];
    const own = names.find((name) => familyOf(name) === familyOf(pointer));
    const target = own ?? names[0] ?? pipeline;
    return targetKind(target) === "pointer" || targetKind(target) === "invalid" ? null : { target, locked };
  };
}
