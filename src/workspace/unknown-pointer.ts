import { PointsmanError } from "../errors.ts";
import type { Desired } from "../model/pointer.ts";
import { explainName } from "../pointer/explain-name.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { inRoot, pathsOf } from "../pointer/pointer-path.ts";
import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";

/** The error of a text that is no pointer's name. */
export function noPointerName(text: string, hint?: string): PointsmanError {
  return new PointsmanError("usage", `"${printable(text)}" is no pointer's name: ${explainName(text)}`, {
    hint,
  });
}

/**
 * @param remote the one that the command line named
 * @throws PointsmanError `pointer-unknown` where no file declares the name
 */
export function refuseUnknown(pointer: string, { pointers }: Desired, remote?: string): void {
  if (pointers.has(pointer)) return;
  const near = nearestPointer(pointer, pointers.keys());
  throw new PointsmanError("pointer-unknown", `No pointer ${printable(pointer)} is declared.`, {
    hint: near === undefined ? `${suggested("list", remote)} shows those that are.` : `Did you mean ${near}?`,
  });
}

/**
 * The error of a name that a commit of the past does not declare, as far as its files can be read.
 * @param at the commit, as people are told of it
 */
export function undeclaredAt(
  pointer: string,
  { root, unreadable }: Desired,
  at: string,
  options: { readonly hint: string },
): PointsmanError {
  const places = Object.values(pathsOf(pointer)).map((path) => inRoot(path, root));
  const file = unreadable.find((path) => places.includes(path));
  if (file !== undefined) return new PointsmanError("file-invalid", `${file} cannot be read at ${at}.`);
  return new PointsmanError("pointer-unknown", `${printable(pointer)} was not declared at ${at}.`, options);
}
