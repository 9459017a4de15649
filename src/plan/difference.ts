import type { DeclaredValue, Difference } from "../model/difference.ts";
import type { Declaration, Desired } from "../model/pointer.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { chainEnd, shownVia } from "./resolve-chain.ts";

/** What differs for callers between two commits, directly or through a chain, in the order of names. No remote needed. */
export function difference(base: Desired, head: Desired): Difference[] {
  const names = new Set([...base.pointers.keys(), ...head.pointers.keys()]);
  const differences: Difference[] = [];
  for (const pointer of [...names].sort()) {
    const [before, after] = [declaredValue(pointer, base), declaredValue(pointer, head)];
    if (isSameValue(before, after) || isUnknown(pointer, base) || isUnknown(pointer, head)) continue;
    const action = before === null ? "create" : after === null ? "delete" : "update";
    const via = shownVia(pointer, after === null ? base : head);
    differences.push({ action, pointer, before, after, via });
  }
  return differences;
}

function declaredValue(pointer: string, desired: Desired): DeclaredValue | null {
  const declaration: Declaration | undefined = desired.pointers.get(pointer);
  if (declaration === undefined) return null;
  const { locked, description } = declaration;
  const pipeline = chainEnd(pointer, desired)?.target ?? null;
  return { pipeline, locked, ...(description === undefined ? {} : { description }) };
}

/** Whether a name may stand in a file that could not be read: then it is not known what became of it. */
function isUnknown(pointer: string, { pointers, unreadable, root }: Desired): boolean {
  if (pointers.has(pointer) || unreadable.length === 0) return false;
  return Object.values(pathsOf(pointer)).some((path) => unreadable.includes(inRoot(path, root)));
}

function isSameValue(a: DeclaredValue | null, b: DeclaredValue | null): boolean {
  if (a === null || b === null) return a === b;
  return a.pipeline === b.pipeline && a.locked === b.locked && a.description === b.description;
}
