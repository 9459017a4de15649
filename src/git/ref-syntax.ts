import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";

/** A ref and the way back from it: `main~2^2` is main, its first parent's first parent, that one's second. */
export interface RefSyntax {
  readonly name: string;
  /** For each step which parent is taken, from 1. */
  readonly parents: readonly number[];
}

/**
 * Reads `NAME`, `NAME~N` and `NAME^N` (https://git-scm.com/docs/gitrevisions). A ref is untrusted
 * text: one that begins with a dash, or has characters that git allows in no ref, is unknown.
 * @throws PointsmanError `ref-unknown`
 */
export function readRef(ref: string): RefSyntax {
  const match = /^([^-~^:?*[\\\s\p{Cc}][^~^:?*[\\\s\p{Cc}]*)((?:~\d{0,6}|\^\d{0,2})*)$/u.exec(ref);
  if (match === null || match[1]?.includes("..") === true) throw unknownRef(ref);
  const parents: number[] = [];
  for (const [, kind, digits] of (match[2] ?? "").matchAll(/([~^])(\d*)/g)) {
    const count = digits === "" ? 1 : Number(digits);
    if (kind === "^") {
      if (count > 0) parents.push(count);
    } else parents.push(...Array<number>(count).fill(1));
  }
  return { name: match[1] === "@" ? "HEAD" : (match[1] ?? ""), parents };
}

export function unknownRef(ref: string): PointsmanError {
  return new PointsmanError("ref-unknown", `There is no commit "${printable(ref)}" in this repository.`, {
    hint: "Name a branch, a tag or a commit; on a shallow clone, fetch the history first (git fetch --unshallow).",
  });
}
