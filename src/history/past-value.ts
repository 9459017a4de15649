import type { PastValue, Trouble } from "../model/history.ts";
import { targetKind } from "../pointer/target.ts";
import type { PastState } from "./steps.ts";

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
  if (first === null)
    return { pipeline: pointer, locked: false, via: none, trouble: "unreadable", isExternal: false };
  const { locked, target } = first;
  // Most pointers name an id. A long history has very many values: as little as can be is made for each.
  if (targetKind(target) === "id")
    return { pipeline: target, locked, via: none, trouble: null, isExternal: false };
  const via: string[] = [];
  const passed = new Set([pointer]);
  let name = target;
  let trouble: Trouble | null = null;
  let isOthers = false;
  for (;;) {
    const kind = targetKind(name);
    if (kind === "id") break;
    via.push(name);
    if (kind === "version") break;
    const next = kind === "invalid" ? undefined : state.get(name);
    if (next == null) {
      isOthers = next === undefined && kind === "pointer" && isExternal(name);
      if (!isOthers) trouble = next === null ? "unreadable" : "dangling";
      break;
    }
    if (passed.size === passed.add(name).size) {
      trouble = "cycle";
      break;
    }
    name = next.target;
  }
  return { pipeline: name, locked, via, trouble, isExternal: isOthers };
}

const none: readonly string[] = [];

/** Whether a name ends up the same: at the same place, with the same lock, in the same trouble. */
export function isSamePast(a: PastValue | null, b: PastValue | null): boolean {
  if (a === null || b === null) return a === b;
  return a.pipeline === b.pipeline && a.locked === b.locked && a.trouble === b.trouble;
}
