import { isPointerName } from "../pointer/name.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A pointer does not target itself. */
export const selfReference: Rule = ({ declarations }) =>
  declarations
    .filter(({ pointer, target }) => pointer === target && isPointerName(pointer))
    .map((declaration) => {
      const message = `${declaration.pointer} points at itself, so it leads to no pipeline.`;
      return problemAt("self-reference", declaration, "target", message);
    });
