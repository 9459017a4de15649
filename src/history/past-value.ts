import type { PastValue, Trouble } from "../model/history.ts";
import { targetKind } from "../pointer/target.ts";
import type { PastState } from "./timeline.ts";

/**
 * Follows a name through one past state. Null where it was not declared.
 * @param isExternal by today's config: what was external then is not asked
 */
export function pastValue(
  pointer: string,
  state: PastState,
  isExternal: (pointer: string) => boolean,
): PastValue | null {
  const first = state.get(pointer);
  if (first === undefined) return null;
  const locked = first?.locked ?? false;
  const via: string[] = [];
  const passed = new Set<string>();
  const end = (name: string, trouble: Trouble | null, external = false): PastValue => ({
    pipeline: name,
    locked,
    via,
    trouble,
    isExternal: external,
  });
  for (let name = pointer; ;) {
    const declaration = state.get(name);
    if (declaration === null) return end(name, "unreadable");
    if (declaration === undefined) return isExternal(name) ? end(name, null, true) : end(name, "dangling");
    if (passed.has(name)) return end(name, "cycle");
    passed.add(name);
    name = declaration.target;
    const kind = targetKind(name);
    if (kind !== "id") via.push(name);
    if (kind === "id" || kind === "version") return end(name, null);
    if (kind === "invalid") return end(name, "dangling");
  }
}

/** Whether a name ends up the same: at the same place, with the same lock, in the same trouble. */
export function isSamePast(a: PastValue | null, b: PastValue | null): boolean {
  if (a === null || b === null) return a === b;
  return a.pipeline === b.pipeline && a.locked === b.locked && a.trouble === b.trouble;
}
