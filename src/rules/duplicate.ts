import type { Problem } from "../model/problem.ts";
import { isPointerName } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A name is declared once, in one file. */
export const duplicate: Rule = ({ declarations, pointers }) => {
  const problems: Problem[] = [];
  if (pointers.size === declarations.length) return problems;
  for (const declaration of declarations) {
    const { pointer } = declaration;
    const first = pointers.get(pointer);
    if (first === undefined || first === declaration || !isPointerName(pointer)) continue;
    const { file, line, column } = first;
    const message = `${pointer} is declared twice; the first time at ${printable(file)}:${line}:${column}. Take one of them out.`;
    problems.push(problemAt("duplicate", declaration, "name", message));
  }
  return problems;
};
