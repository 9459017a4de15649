import { isPointerName } from "../pointer/name.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A pointer that pointsman.yaml calls external belongs to other people. */
export const externalDeclared: Rule = ({ declarations, isExternal }) =>
  declarations
    .filter(({ pointer }) => isExternal(pointer) && isPointerName(pointer))
    .map((declaration) => {
      const message =
        `${declaration.pointer} is external by pointsman.yaml: other people own it. ` +
        `Take it out here, or change "external" there.`;
      return problemAt("external-declared", declaration, "name", message);
    });
