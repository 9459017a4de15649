import { isPointerName } from "../pointer/name.ts";
import { targetKind } from "../pointer/target.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A locked pointer targets something that cannot move: an id or a version. */
export const lockedTarget: Rule = ({ declarations }) =>
  declarations
    .filter(({ locked, pointer, target }) => locked && isPointerName(pointer) && pointer !== target)
    .filter(({ target }) => targetKind(target) === "pointer")
    .map((declaration) => {
      const message =
        `${declaration.pointer} is locked, but its target ${declaration.target} can move. ` +
        `A locked pointer targets a version (…:v3) or a pipeline id.`;
      return problemAt("locked-target", declaration, "target", message);
    });
