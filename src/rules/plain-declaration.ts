import type { Declaration, Desired } from "../model/pointer.ts";
import { isPointerName, isReserved, isVersionPointer } from "../pointer/name.ts";
import { isName } from "../pointer/target.ts";

/**
 * Whether no rule that judges a declaration by itself (`rulesOfOne` of check.ts) can find anything wrong with one.
 * Nearly all of a repository's are so, and it takes a fraction of what these rules take one after another. False
 * says nothing yet.
 */
export function isPlain(
  { pointer, target, locked }: Declaration,
  { pointers, isExternal }: Pick<Desired, "pointers" | "isExternal">,
): boolean {
  if (!isPointerName(pointer) || isReserved(pointer) || isExternal(pointer)) return false;
  if (!isName(target)) return plainId.test(target);
  if (isVersionPointer(target)) return true;
  return (
    !locked && target !== pointer && pointers.has(target) && isPointerName(target) && !isReserved(target)
  );
}

/** What most ids are made of. */
const plainId = /^[\w-]{1,256}$/;
