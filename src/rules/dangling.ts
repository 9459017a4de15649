import type { Desired } from "../model/pointer.ts";
import { familyOf, isPointerName } from "../pointer/name.ts";
import { nearest } from "../pointer/nearest.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { targetKind } from "../pointer/target.ts";
import { type Rule, problemAt } from "./rule.ts";

/** A target that is a pointer's name is declared at the same commit, is a version, or is external. */
export const dangling: Rule = (desired) =>
  desired.declarations
    .filter(({ pointer, target }) => isPointerName(pointer) && dangles(target, desired))
    .map((declaration) =>
      problemAt("dangling", declaration, "targetAt", explainDangling(declaration.target, desired)),
    );

/** Whether a target is the name of a pointer that nobody declares. Offline: versions are believed. */
export function dangles(target: string, desired: Desired): boolean {
  if (targetKind(target) !== "pointer") return false;
  if (desired.pointers.has(target) || desired.isExternal(target)) return false;
  // It may stand in a file that has a problem of its own: one cause is reported once.
  const places = Object.values(pathsOf(target)).map((path) => inRoot(path, desired.root));
  return !desired.unreadable.some((file) => places.includes(file));
}

/** What is wrong with a target that dangles, with the name it may have meant. */
export function explainDangling(target: string, { pointers }: Desired): string {
  const sameFamily = [...pointers.keys()].filter((name) => familyOf(name) === familyOf(target));
  const near = nearest(target, sameFamily) ?? nearest(target, pointers.keys());
  return `No pointer ${target} is declared${near === undefined ? ", nor is it external." : `; did you mean ${near}?`}`;
}
