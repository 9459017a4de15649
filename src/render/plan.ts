import type { Change, Plan } from "../model/plan.ts";
import type { PointerValue } from "../model/pointer.ts";
import { printable, visible } from "../pointer/printable.ts";
import { byFamily, shortName, signs } from "./families.ts";
import { type Style, plural, shortId } from "./style.ts";
import { linksOf, shownPipeline, whyOf } from "./values.ts";

/** A plan as a reviewer reads it: by pipeline, one line a pointer, old → new and the chain it goes through. */
export function renderPlan(plan: Plan, style: Style): string {
  const { bold, dim, yellow } = style.colors;
  const { commit, remote, warnings, undeclared } = plan;
  const what = commit === null ? "the working tree (not committed)" : `commit ${shortId(commit)}`;
  const lines = [`Plan: ${what} → ${bold(printable(remote.name))}`];
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
  { colors }: Style,
): string {
  const { action, pointer, before, after, cause } = change;
  const color = { create: colors.green, update: colors.yellow, delete: colors.red }[action];
  const links = linksOf(change, versions).map((link) => shortName(link, family));
  const chain = links.length === 0 ? "" : colors.dim(`  via ${links.join(" → ")}`);
  const show = (value: PointerValue): string => {
    const text = shownPipeline(value, versions, family);
    return value.locked ? `${text} (locked)` : text;
  };
  const isLoud = cause.kind === "ahead" || cause.kind === "drift";
  const why = whyOf(change, (text) => text);
  const arrow = why === "" ? "" : (isLoud ? colors.yellow : colors.dim)(`  ← ${why}`);
  return `${color(signs[action])} ${shortName(pointer, family).padEnd(width)}  ${valuesOf(before, after, show)}${chain}${arrow}`;
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
