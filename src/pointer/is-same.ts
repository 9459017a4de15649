import type { PointerValue } from "../model/pointer.ts";

/** Whether two values are the same; null is a pointer that is not there. */
export function isSame(a: PointerValue | null, b: PointerValue | null): boolean {
  return a?.pipeline === b?.pipeline && a?.locked === b?.locked;
}
