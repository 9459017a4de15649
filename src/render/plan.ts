import type { Change, Plan } from "../model/plan.ts";
import type { PointerValue } from "../model/pointer.ts";
import { tagOf } from "../pointer/name.ts";
import { printable, visible } from "../pointer/printable.ts";
import { byFamily, shortName, signs } from "./families.ts";
import { type Style, plural, shortId } from "./style.ts";

/** A plan as a reviewer reads it: by pipeline, one line a pointer, old → new and the chain it goes through. */
export function renderPlan(plan: Plan, style: Style): string {
  const { bold, dim, yellow } = style.colors;
  const { commit, remote, warnings, undeclared } = plan;
  const what = commit === null ? "the working tree (not committed)" : `commit ${shortId(commit)}`;
  const lines = [`Plan: ${what} → ${bold(remote.name)}`];
  for (const warning of warnings) lines.push(`${yellow("warning")}: ${visible(warning)}`);
  for (const [family, changes] of byFamily(plan.changes)) {
    lines.push("", bold(printable(family)));
    const width = changes.reduce((most, { pointer }) => Math.max(most, shortName(pointer, family).length), 0);
    for (const change of changes) lines.push(`  ${renderChange(change, family, width, plan, style)}`);
  }
  if (plan.blocked.length > 0) {
    lines.push("", yellow("Blocked:"));
    for (const { pointer, message } of plan.blocked)
      lines.push(`  ! ${printable(pointer)}  ${visible(message)}`);
  }
  if (plan.superseded.length > 0) {
    lines.push("", dim("Left alone, since a newer commit of the branch declares them otherwise:"));
    for (const { pointer, commit: newer } of plan.superseded) {
      lines.push(dim(`  ${printable(pointer)}  superseded by ${shortId(newer)}`));
    }
  }
  if (undeclared.length > 0) {
    const named = undeclared.slice(0, 5).map(printable).join(", ");
    const more = undeclared.length > 5 ? ` and ${undeclared.length - 5} more` : "";
    lines.push("", dim(`On the remote and not declared here, so left alone: ${named}${more}`));
  }
  lines.push("", summaryOf(plan, style), "");
  return lines.join("\n");
}

function renderChange(
  change: Change,
  family: string,
  width: number,
  { versions }: Plan,
  style: Style,
): string {
  const { colors } = style;
  const { action, pointer, before, after, via } = change;
  const color = { create: colors.green, update: colors.yellow, delete: colors.red }[action];
  // An id is shown as the version that people know it by, so the version need not end the chain too.
  const known = versionOf(after, versions);
  const links = shortened(via.filter((link) => link !== known).map((link) => shortName(link, family)));
  const chain = links.length === 0 ? "" : colors.dim(`  via ${links.join(" → ")}`);
  const show = (value: PointerValue): string => {
    const version = versionOf(value, versions);
    const text = version === undefined ? printable(value.pipeline) : shortName(version, family);
    return value.locked ? `${text} (locked)` : text;
  };
  const why = causeText(change, style);
  return `${color(signs[action])} ${`:${tagOf(pointer)}`.padEnd(width)}  ${valuesOf(before, after, show)}${chain}${why}`;
}

/** Why, in the fewest words: the commit that moved on, or that nobody's commit said it. */
function causeText({ action, cause, before, after }: Change, { colors }: Style): string {
  const { kind, commit, author, subject } = cause;
  const by =
    commit === undefined ? "" : `${shortId(commit)} ${printable(author ?? "")}: ${printable(subject ?? "")}`;
  const removed = action !== "delete" ? "" : by === "" ? "removal not committed yet" : `removed in ${by}`;
  const isLock = before?.pipeline === after?.pipeline;
  const did = !isLock ? "moved" : before?.locked === true ? "locked" : "unlocked";
  return {
    new: "",
    behind: colors.dim(`  ← ${removed || by || "not committed yet"}`),
    ahead: colors.yellow(`  ← undoes the newer ${by}`),
    drift: colors.yellow(`  ← ${did} by hand: no commit ever said so${removed === "" ? "" : `; ${removed}`}`),
    external: colors.dim("  ← an external pointer moved"),
    unknown: colors.dim("  ← the history here is too short to say why"),
  }[kind];
}

function valuesOf(
  before: PointerValue | null,
  after: PointerValue | null,
  show: (value: PointerValue) => string,
): string {
  if (before === null || after === null)
    return [before, after].map((value) => (value === null ? "" : show(value))).join("");
  return `${show(before)} → ${show(after)}`;
}

function summaryOf({ summary, superseded }: Plan, { colors }: Style): string {
  const { create, update, unchanged, blocked } = summary;
  const counts = [
    create > 0 ? colors.green(`${create} to create`) : "",
    update > 0 ? colors.yellow(`${update} to update`) : "",
    summary.delete > 0 ? colors.red(`${summary.delete} to delete`) : "",
    blocked > 0 ? colors.yellow(`${blocked} blocked`) : "",
    superseded.length > 0 ? `${superseded.length} superseded` : "",
  ].filter((part) => part !== "");
  if (counts.length === 0) return `Nothing to do: ${plural(unchanged, "pointer")} as declared.`;
  const all = `${counts.join(", ")}, ${unchanged} unchanged.`;
  // Of an older run, in which a reader may miss the writes.
  return counts.length === 1 && superseded.length > 0 ? `Nothing to write: ${all}` : all;
}

/** An id is the remote's own text: "constructor" is no property of ours. */
function versionOf(value: PointerValue | null, versions: Plan["versions"]): string | undefined {
  return value !== null && Object.hasOwn(versions, value.pipeline) ? versions[value.pipeline] : undefined;
}

/** Of a very long chain the two ends. */
function shortened(links: readonly string[]): readonly string[] {
  if (links.length <= 2 * endsShown) return links;
  return [
    ...links.slice(0, endsShown),
    `… ${links.length - 2 * endsShown} more …`,
    ...links.slice(-endsShown),
  ];
}

const endsShown = 4;
