import type { Declaration, Desired } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";

/** What is wrong with the pointers of one commit, as one rule sees it. Pure, and never throws. */
export type Rule = (desired: Desired) => Problem[];

/** A problem at a declaration's name, or at its target. */
export function problemAt(
  rule: string,
  declaration: Declaration,
  side: "name" | "target",
  message: string,
): Problem {
  const { file, pointer } = declaration;
  const [line, column] =
    side === "name"
      ? [declaration.line, declaration.column]
      : [declaration.targetLine, declaration.targetColumn];
  return { rule, message, file, line, column, pointer, severity: "error" };
}
