import type { DeclaredValue, Difference } from "../model/difference.ts";
import type { Action } from "../model/plan.ts";
import { familyOf, tagOf } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { byFamily, shortName, signs } from "./families.ts";
import { type Style, plural } from "./style.ts";

/** What ends up elsewhere between two commits, by pipeline, one line a pointer. */
export function renderDifference(changes: readonly Difference[], { colors }: Style): string {
  if (changes.length === 0) return "No pointer ends up anywhere else.\n";
  const color = { create: colors.green, update: colors.yellow, delete: colors.red };
  const lines: string[] = [];
  for (const [family, rows] of byFamily(changes)) {
    const width = rows.reduce((most, { pointer }) => Math.max(most, shortName(pointer, family).length), 0);
    lines.push("", colors.bold(printable(family)));
    for (const row of rows) {
      const { action, pointer } = row;
      const links = linksOf(row, family);
      const via = links === "" ? "" : colors.dim(`  via ${links}`);
      const name = shortName(pointer, family).padEnd(width);
      lines.push(`  ${color[action](signs[action])} ${name}  ${wayOf(row, family)}${via}`);
    }
  }
  return `${lines.slice(1).join("\n")}\n\n${summaryOf(changes)}\n`;
}

/** The same as a table for a pull request's comment. */
export function renderDifferenceMarkdown(changes: readonly Difference[]): string {
  if (changes.length === 0) return "No pointer ends up anywhere else.\n";
  const rows = changes.map((row) => {
    const family = familyOf(row.pointer);
    const cells = [row.pointer, row.before, row.after].map((cell) =>
      cell === null ? "" : code(typeof cell === "string" ? cell : valueText(cell, family)),
    );
    const links = linksOf(row, family);
    return `| ${signs[row.action]} | ${cells.join(" | ")} | ${links === "" ? "" : code(links)} |`;
  });
  return [
    `**${summaryOf(changes)}**`,
    "",
    "| | pointer | before | after | via |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function summaryOf(changes: readonly Difference[]): string {
  const words = { create: "created", update: "changed", delete: "removed" } as const satisfies Record<
    Action,
    string
  >;
  const counts = (Object.keys(words) as Action[]).flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${plural(count, "pointer")} ${words[action]}`];
  });
  return `${counts.join(", ")}.`;
}

function wayOf({ before, after }: Difference, family: string): string {
  if (before === null || after === null)
    return [before, after].map((value) => (value === null ? "" : valueText(value, family))).join("");
  const [was, is] = [valueText(before, family), valueText(after, family)];
  return was === is ? `${is}, described anew` : `${was} → ${is}`;
}

function valueText({ pipeline, locked }: DeclaredValue, family: string): string {
  const end = pipeline === null ? "nothing (a broken chain)" : shortName(pipeline, family);
  return locked ? `${end} (locked)` : end;
}

/** The chain between the name and where it ends. */
function linksOf({ via, before, after }: Difference, family: string): string {
  const end = (after ?? before)?.pipeline;
  return via
    .filter((link) => link !== end)
    .map((link) => (familyOf(link) === family ? `:${tagOf(link)}` : printable(link)))
    .join(" → ");
}

/** Text in a code span of a table's cell: nothing in it can end the span or the cell, not even a `|` behind a backslash. */
function code(text: string): string {
  return `\`${printable(text).replaceAll("`", "'").replaceAll("|", "\\u{7c}")}\``;
}
