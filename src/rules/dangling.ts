import type { Declaration, Desired } from "../model/pointer.ts";
import { isPointerName, isVersionPointer } from "../pointer/name.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { isName, targetKind } from "../pointer/target.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A target that is a pointer's name is declared at the same commit, is a version, or is external. */
export const dangling: Rule = (desired) =>
  desired.declarations
    .filter(({ pointer, target }) => dangles(target, desired) && isPointerName(pointer))
    .map((declaration, index) => {
      const near = index < mostSuggestions ? suggestionFor(declaration, desired) : undefined;
      const end =
        near === undefined ? `, and no "external" of pointsman.yaml fits it.` : `; did you mean ${near}?`;
      return problemAt(
        "dangling",
        declaration,
        "target",
        `No pointer ${declaration.target} is declared${end}`,
      );
    });

/** Looking for near names takes time with each: nobody reads on this far. */
const mostSuggestions = 50;

/** Whether a target is the name of a pointer that nobody declares. Offline: versions are believed. */
function dangles(target: string, desired: Desired): boolean {
  // Of the many ids none is looked for.
  if (!isName(target) || desired.pointers.has(target) || targetKind(target) !== "pointer") return false;
  if (desired.isExternal(target)) return false;
  // It may stand in a file that has a problem of its own: one cause is reported once.
  const places = Object.values(pathsOf(target)).map((path) => inRoot(path, desired.root));
  return !desired.unreadable.some((file) => places.includes(file));
}

/** The name it may have meant: not the pointer itself. A version is written in lower case, and declared nowhere. */
function suggestionFor({ pointer, target }: Declaration, { pointers }: Desired): string | undefined {
  const inLowerCase = target.toLowerCase();
  if (isVersionPointer(inLowerCase)) return inLowerCase;
  return nearestPointer(
    target,
    [...pointers.keys()].filter((name) => name !== pointer),
  );
}
