import type { DeclaredValue, Difference } from "../model/difference.ts";
import type { Action } from "../model/plan.ts";
import type { ReviewNote } from "../model/review-note.ts";
import { printable } from "../pointer/printable.ts";
import { byFamily, shortName, signs } from "./families.ts";
import { noteSentences } from "./review-notes.ts";
import { type Style, plural } from "./style.ts";
import { shortened } from "./values.ts";

/** What ends up elsewhere between two commits, by pipeline, one line a pointer. */
export function renderDifference(
  changes: readonly Difference[],
  { colors }: Style,
  notes: readonly ReviewNote[] = [],
  unread: readonly string[] = [],
): string {
  const told = noteSentences(notes, printable).map((text) => `${colors.yellow("note")}: ${text}\n`);
  const end = told.length === 0 ? "" : `\n${told.join("")}`;
  if (changes.length === 0) return `${nothingMoved(unread)}.\n${end}`;
  const color = { create: colors.green, update: colors.yellow, delete: colors.red };
  const lines: string[] = [];
  for (const [family, rows] of byFamily(changes)) {
    const width = rows.reduce((most, { pointer }) => Math.max(most, shortName(pointer, family).length), 0);
    lines.push("", colors.bold(printable(family)));
    for (const row of rows) {
      const { action, pointer } = row;
      const links = linksOf(row, family);
      const via = links.length === 0 ? "" : colors.dim(`  via ${links.join(" → ")}`);
      const name = shortName(pointer, family).padEnd(width);
      lines.push(`  ${color[action](signs[action])} ${name}  ${wayOf(row, family)}${via}`);
    }
  }
  return `${lines.slice(1).join("\n")}\n\n${countsOf(changes)}.\n${end}`;
}

/** @param unread what is said of files that could not be read */
export function nothingMoved(unread: readonly string[]): string {
  return `No pointer ${unread.length === 0 ? "" : "that could be read "}ends up anywhere else`;
}

/** How many are created, changed and removed. */
export function countsOf(changes: readonly Difference[]): string {
  const words = { create: "created", update: "changed", delete: "removed" } as const satisfies Record<
    Action,
    string
  >;
  const counts = (Object.keys(words) as Action[]).flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${plural(count, "pointer")} ${words[action]}`];
  });
  return counts.join(", ");
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
export function linksOf({ via, before, after }: Difference, family: string): readonly string[] {
  const end = (after ?? before)?.pipeline;
  return shortened(via.filter((link) => link !== end)).map((link) => shortName(link, family));
}
