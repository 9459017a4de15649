import { explainName } from "../pointer/explain-name.ts";
import { isPointerName } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A declared name is `username/pipeline:tag`. */
export const nameGrammar: Rule = ({ declarations }) =>
  declarations
    .filter(({ pointer }) => !isPointerName(pointer))
    .map((declaration) => {
      const { pointer } = declaration;
      const message = `"${printable(pointer)}" is no pointer's name: ${explainName(pointer)}`;
      return problemAt("name-grammar", declaration, "name", message);
    });
