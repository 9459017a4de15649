import { isPointerName, isReserved, tagOf } from "../pointer/name.ts";
import { type Rule, problemAt } from "./rule.ts";

/** Tags v1, v2, … are the registry's: it makes one at each upload, and they never move. */
export const reservedTag: Rule = ({ declarations }) =>
  declarations
    .filter(({ pointer }) => isReserved(pointer) && isPointerName(pointer))
    .map((declaration) => {
      const { pointer } = declaration;
      const message =
        `${pointer} cannot be declared: the registry makes the tag ${tagOf(pointer)} ` +
        `when a pipeline is uploaded. Choose another tag.`;
      return problemAt("reserved-tag", declaration, "name", message);
    });
