import type { Change, Plan } from "../model/plan.ts";
import type { PointerValue } from "../model/pointer.ts";
import { printable } from "../pointer/printable.ts";
import { shortName } from "./families.ts";
import { shortId } from "./style.ts";

/** The version that people know an id by. An id is the remote's own text: "constructor" is no property of ours. */
function versionOf(value: PointerValue | null, versions: Plan["versions"]): string | undefined {
  return value !== null && Object.hasOwn(versions, value.pipeline) ? versions[value.pipeline] : undefined;
}

/** What people know a value's pipeline as, in the group of a family. Only a version is cut to its tag: an id is shown whole. */
export function shownPipeline(value: PointerValue, versions: Plan["versions"], family: string): string {
  const version = versionOf(value, versions);
  return version === undefined ? printable(value.pipeline) : shortName(version, family);
}

/** The names that a change goes through. An id is shown as its version, so that need not end the chain too. */
export function linksOf({ via, after }: Change, versions: Plan["versions"]): readonly string[] {
  const known = versionOf(after, versions);
  return shortened(via.filter((link) => link !== known));
}

/** Of a very long chain the two ends. */
export function shortened(links: readonly string[]): readonly string[] {
  if (links.length <= 2 * endsShown) return links;
  return [
    ...links.slice(0, endsShown),
    `… ${links.length - 2 * endsShown} more …`,
    ...links.slice(-endsShown),
  ];
}

const endsShown = 4;

/** Why a change is needed, in the fewest words. What a commit's author wrote is made safe by `show`. */
export function whyOf(
  { action, cause, before, after }: Pick<Change, "action" | "cause" | "before" | "after">,
  show: (text: string) => string,
): string {
  const { kind, commit, author, subject } = cause;
  const by =
    commit === undefined
      ? ""
      : `${shortId(commit)} ${show(`${printable(author ?? "")}: ${printable(subject ?? "")}`)}`;
  const removed = action !== "delete" ? "" : by === "" ? "removal not committed yet" : `removed in ${by}`;
  const isLock = before?.pipeline === after?.pipeline;
  const did = !isLock ? "moved" : before?.locked === true ? "locked" : "unlocked";
  return {
    new: "",
    behind: removed || by || "not committed yet",
    ahead: `undoes the newer ${by}`,
    drift: `${did} by hand: no commit ever said so${removed === "" ? "" : `; ${removed}`}`,
    external: "an external pointer moved",
    unknown: "the history here is too short to say why",
  }[kind];
}
