import { explainName } from "../pointer/explain-name.ts";
import { familyOf, isPointerName, isReserved, tagOf } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { targetKind } from "../pointer/target.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A target is a pipeline id, or a pointer's name. */
export const targetGrammar: Rule = ({ declarations }) =>
  declarations
    .filter(({ pointer, target }) => targetKind(target) === "invalid" && isPointerName(pointer))
    .map((declaration) =>
      problemAt("target-grammar", declaration, "target", explainTarget(declaration.target)),
    );

/** Why a text is no target, as a sentence. Only for texts that are none. */
function explainTarget(target: string): string {
  if (isPointerName(target) && isReserved(target)) {
    const number = tagOf(target).replace(/^v0*/, "");
    const end = number === "" ? "." : `; did you mean ${familyOf(target)}:v${number}?`;
    return `${target} is no version: versions are counted v1, v2, … without leading zeros${end}`;
  }
  if (/[/:]/.test(target)) return `"${printable(target)}" is no target: ${explainName(target)}`;
  return `"${printable(target)}" is no pipeline id: an id has no spaces and at most 256 characters.`;
}
