import type { Declaration, Desired } from "../model/pointer.ts";
import type { Action } from "../model/plan.ts";
import { chainEnd, resolveChain } from "./resolve-chain.ts";

/** Where a pointer leads by the files alone: versions and externals stay names. */
export interface DeclaredValue {
  /** The end of its chain; null where that dangles or goes round. */
  readonly pipeline: string | null;
  readonly locked: boolean;
  readonly description?: string;
}

/** One pointer that ends up somewhere else, or otherwise, between two commits. */
export interface Difference {
  readonly action: Action;
  readonly pointer: string;
  readonly before: DeclaredValue | null;
  readonly after: DeclaredValue | null;
  /** The names it goes through after the change; before it, for a delete. */
  readonly via: readonly string[];
}

/** What differs for callers between two commits, directly or through a chain, in the order of names. No remote needed. */
export function difference(base: Desired, head: Desired): Difference[] {
  const names = new Set([...base.pointers.keys(), ...head.pointers.keys()]);
  const differences: Difference[] = [];
  for (const pointer of [...names].sort()) {
    const [before, after] = [declaredValue(pointer, base), declaredValue(pointer, head)];
    if (isSameValue(before, after)) continue;
    const action = before === null ? "create" : after === null ? "delete" : "update";
    const via = resolveChain(pointer, after === null ? base : head).via;
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

function isSameValue(a: DeclaredValue | null, b: DeclaredValue | null): boolean {
  if (a === null || b === null) return a === b;
  return a.pipeline === b.pipeline && a.locked === b.locked && a.description === b.description;
}
