import type { HistoryEntry, PastValue, Trouble } from "../model/history.ts";
import { familyOf } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { shortName } from "./families.ts";
import { type Style, plural, shortId } from "./style.ts";

/**
 * A history as `git log` would tell it: a head for each commit, below it every name that it moved.
 * @param more how many names the last commit moved besides
 */
export function renderHistory(entries: readonly HistoryEntry[], { colors }: Style, more = 0): string {
  const { bold, dim, yellow } = colors;
  const lines: string[] = [];
  let last: string | null = null;
  for (const entry of entries) {
    const { id, author, date, subject } = entry.commit;
    if (id !== last) {
      if (last !== null) lines.push("");
      lines.push(`${yellow(shortId(id))} ${dim(dateText(date))} ${printable(author)}: ${printable(subject)}`);
    }
    last = id;
    const { pointer, moved } = entry;
    const link = moved === pointer ? "" : dim(`  since ${shortName(moved, familyOf(pointer))} moved`);
    lines.push(`  ${bold(printable(pointer))}  ${wayOf(entry)}${link}`);
  }
  if (more > 0) lines.push(dim(`  … and ${plural(more, "more pointer")} that this commit moved`));
  return lines.length === 0 ? "Nothing moved.\n" : `${lines.join("\n")}\n`;
}

function wayOf({ pointer, before, after }: HistoryEntry): string {
  const family = familyOf(pointer);
  if (before === null) return `→ ${valueText(after, family)}`;
  if (after === null) return `removed (was ${valueText(before, family)})`;
  return `${valueText(before, family)} → ${valueText(after, family)}`;
}

const troubles = {
  unreadable: "a file that cannot be read",
  dangling: "nothing, its chain dangles at",
  cycle: "nothing, its chain goes round at",
} as const satisfies Record<Trouble, string>;

function valueText(value: PastValue | null, family: string): string {
  if (value === null) return "";
  const { pipeline, locked, trouble } = value;
  if (trouble === "unreadable") return troubles.unreadable;
  const end = shortName(pipeline, family);
  const text = trouble === null ? end : `${troubles[trouble]} ${end}`;
  return locked ? `${text} (locked)` : text;
}

/** `2026-11-17 14:03 +01:00` */
function dateText(date: string): string {
  return `${date.slice(0, 10)} ${date.slice(11, 16)} ${date.slice(19).replace("Z", "+00:00")}`;
}
