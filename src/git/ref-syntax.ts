import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";

/** A step back from a commit: to its nth parent, and from there by nth parents again. */
export interface StepBack {
  /** Which parent, from 1. */
  readonly parent: number;
  /** How often; more than one only for first parents. */
  readonly times: number;
}

/** A ref and the way back from it: `main~2^2` is main, its first parent's first parent, that one's second. */
export interface RefSyntax {
  readonly name: string;
  readonly steps: readonly StepBack[];
}

/**
 * Reads `NAME`, `NAME~N` and `NAME^N` (https://git-scm.com/docs/gitrevisions). A ref is untrusted
 * text: what begins with a dash or is no name that git lets a ref have is unknown, and so is every
 * other way of git to name a commit (`@{u}`, `HEAD:path`, `:/text`, `A..B`).
 * @throws PointsmanError `ref-unknown`
 */
export function readRef(ref: string): RefSyntax {
  const match = /^([^~^]+)((?:~\d{0,6}|\^\d{0,2})*)$/.exec(ref);
  const [, name = "", steps = ""] = match ?? [];
  if (!isRefName(name)) throw unknownRef(ref);
  return {
    name: name === "@" ? "HEAD" : name,
    steps: [...steps.matchAll(/([~^])(\d*)/g)]
      .map(([, kind, digits = ""]) => {
        const count = digits === "" ? 1 : Number(digits);
        return kind === "~" ? { parent: 1, times: count } : { parent: count, times: count === 0 ? 0 : 1 };
      })
      .filter(({ times }) => times > 0),
  };
}

/** https://git-scm.com/docs/gitrevisions: the refs that a name may stand for, the first that is there wins. */
export function meanings(name: string): string[] {
  const places = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
  return [...places.map((place) => `${place}${name}`), `refs/remotes/${name}/HEAD`];
}

/** Whether a name is a ref's in full, which stands for that ref alone: anybody may push a tag that is called so. */
export function isFullRef(name: string): boolean {
  return name.startsWith("refs/");
}

/** The rules of https://git-scm.com/docs/git-check-ref-format. */
function isRefName(name: string): boolean {
  if (/[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[./]$/u.test(name)) return false;
  return name !== "" && name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}

export function unknownRef(ref: string): PointsmanError {
  return new PointsmanError("ref-unknown", `There is no commit "${printable(ref)}" in this repository.`, {
    hint: "Name a branch, a tag or a commit; on a shallow clone, fetch the history first (git fetch --unshallow).",
  });
}
