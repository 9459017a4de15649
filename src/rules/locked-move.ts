import type { Declaration, Desired } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import { isPointerName } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { problemAt } from "./rule.ts";

/** While a pointer is locked before and after a change, the change does not move it. */
export function lockedMove(base: ReadonlyMap<string, Declaration>, { pointers }: Desired): Problem[] {
  const problems: Problem[] = [];
  for (const [name, declaration] of pointers) {
    const before = base.get(name);
    if (
      !isPointerName(name) ||
      before?.locked !== true ||
      !declaration.locked ||
      before.target === declaration.target
    )
      continue;
    const message =
      `${name} is locked, and this moves it from ${printable(before.target)} to ` +
      `${printable(declaration.target)}. Unlock it in this change, and lock it again in another one.`;
    problems.push(problemAt("locked-move", declaration, "target", message));
  }
  return problems;
}
