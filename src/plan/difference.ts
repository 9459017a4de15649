import type { DeclaredValue, Difference } from "../model/difference.ts";
import type { Declaration, Desired } from "../model/pointer.ts";
import type { TargetNote } from "../model/review-note.ts";
import { targetKind } from "../pointer/target.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { alongChains, chainEnd, shownVia } from "./resolve-chain.ts";

/** What differs for callers between two commits, directly or through a chain, in the order of names. No remote needed. */
export function difference(base: Desired, head: Desired): Difference[] {
  const isUnknown = [unknownIn(base), unknownIn(head)];
  const differences: Difference[] = [];
  for (const pointer of mayDiffer(base, head).sort()) {
    const [before, after] = [declaredValue(pointer, base), declaredValue(pointer, head)];
    if (isSameValue(before, after) || isUnknown.some((isIn) => isIn(pointer))) continue;
    const action = before === null ? "create" : after === null ? "delete" : "update";
    const via = shownVia(pointer, after === null ? base : head);
    differences.push({ action, pointer, before, after, via });
  }
  return differences;
}

/** The pointers that were given another target and lead where they did, in the order of names. */
export function retargeted(base: Desired, head: Desired): TargetNote[] {
  const notes: TargetNote[] = [];
  for (const { pointer, target } of head.pointers.values()) {
    const before = base.pointers.get(pointer)?.target;
    if (before === undefined || before === target) continue;
    const end = chainEnd(pointer, head);
    if (end === null || end.target !== chainEnd(pointer, base)?.target) continue;
    notes.push({ kind: "target", pointer, before, after: target });
  }
  return notes.sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
}

/** Without those that both commits declare alike and straight to an id: of most commits nearly all. */
function mayDiffer({ pointers: before }: Desired, { pointers: after }: Desired): string[] {
  const names: string[] = [];
  for (const [pointer, old] of before) {
    const now = after.get(pointer);
    const isAlike =
      now?.target === old.target && now.locked === old.locked && now.description === old.description;
    if (!isAlike || targetKind(old.target) !== "id") names.push(pointer);
  }
  for (const pointer of after.keys()) if (!before.has(pointer)) names.push(pointer);
  return names;
}

/**
 * The name whose own declaration differs between two commits and moved a pointer: the first of its chain;
 * null where there is none.
 */
export function movedBy(base: Desired, head: Desired): (pointer: string) => string | null {
  const targetIn = ({ pointers }: Desired, name: string): string | undefined => pointers.get(name)?.target;
  return alongChains(head, (name) => (targetIn(base, name) === targetIn(head, name) ? undefined : name));
}

function declaredValue(pointer: string, desired: Desired): DeclaredValue | null {
  const declaration: Declaration | undefined = desired.pointers.get(pointer);
  if (declaration === undefined) return null;
  const { locked, description } = declaration;
  const pipeline = chainEnd(pointer, desired)?.target ?? null;
  return { pipeline, locked, ...(description === undefined ? {} : { description }) };
}

/** Whether a name, or one of its chain, may stand in a file that could not be read: nobody knows then where it leads. */
function unknownIn(desired: Desired): (pointer: string) => boolean {
  const { pointers, root } = desired;
  const unreadable = new Set(desired.unreadable);
  if (unreadable.size === 0) return () => false;
  const mayStandIn = (name: string): boolean =>
    !pointers.has(name) && Object.values(pathsOf(name)).some((path) => unreadable.has(inRoot(path, root)));
  const meets = alongChains(desired, (name) => (mayStandIn(name) ? true : undefined));
  return (pointer) => meets(pointer) === true;
}

function isSameValue(a: DeclaredValue | null, b: DeclaredValue | null): boolean {
  if (a === null || b === null) return a === b;
  return a.pipeline === b.pipeline && a.locked === b.locked && a.description === b.description;
}
