import { printable, visible } from "../pointer/printable.ts";

/**
 * Characters that one document has at most. GitHub takes 65,536 of a comment, and two of these with a few
 * lines of somebody's own stand in one. Counted in UTF-16 units, of which no text has fewer than characters.
 */
export const longestMarkdown = 32_000;

/** Rows that a table shows before the rest is folded: what is read in ten seconds. */
const rowsInSight = 20;

/** A table, of which any number of rows may be left out. */
export interface Block {
  /** The summary of what is folded; absent where it is in sight. */
  readonly folded?: string;
  /** The words over the columns. */
  readonly columns: readonly string[];
  /** Cells of Markdown, made by `code`, `prose` and words of our own. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Untrusted text as a code span, where nobody is mentioned and nothing is linked. What could end the span or
 * a table's cell, even behind a backslash, becomes a visible escape.
 */
export function code(text: string): string {
  const safe = printable(text).replaceAll("`", "\\u{60}").replaceAll("|", "\\u{7c}");
  return safe.trim() === "" ? "" : `\`${safe}\``;
}

/** Names of a chain, or other untrusted words in a row. */
export function codes(texts: readonly string[], between: string): string {
  return texts.map(code).join(between);
}

const noWidth = "&#8203;";
const longestSentence = 500;

/**
 * Untrusted text as text of a sentence: no markup, no link, no mention of people or issues, no formula. What
 * is too long for a table is cut. It may not begin a line.
 */
export function prose(text: string): string {
  const cut = text.length > longestSentence ? `${text.slice(0, longestSentence)}…` : text;
  return visible(cut).replace(/[&<>|\\`*_~[\]@#$]|!(?=\d)|GH-(?=\d)|:\/\/|www\./gi, (piece) => {
    if (piece === "$") return "<span>$</span>";
    // GitHub takes GH-12 for an issue too, and GitLab !12 for a merge request.
    if (/^(?:[@#!]|GH-)$/i.test(piece)) return `${piece}${noWidth}`;
    if (piece === "://") return `:${noWidth}//`;
    return piece.length > 1 ? `${piece.slice(0, -1)}&#46;` : `&#${piece.charCodeAt(0)};`;
  });
}

/** A table of which the first rows are in sight and the rest is folded. */
export function blocksOf(columns: readonly string[], rows: Block["rows"], rest: string): Block[] {
  const [first, more] = [rows.slice(0, rowsInSight), rows.slice(rowsInSight)];
  return [
    ...(first.length === 0 ? [] : [{ columns, rows: first }]),
    ...(more.length === 0 ? [] : [{ folded: `${more.length} more ${rest}`, columns, rows: more }]),
  ];
}

/** A table that is folded whole. Nothing where it has no rows. */
export function foldedBlock(
  summary: (count: number) => string,
  columns: readonly string[],
  rows: Block["rows"],
): Block[] {
  return rows.length === 0 ? [] : [{ folded: summary(rows.length), columns, rows }];
}

/**
 * A document: its title, lines in sight, and tables, as much of them as there is room for; what is in sight
 * comes first. What is left out is counted.
 * @param all where to read the whole, as the end of a sentence
 */
export function document(
  title: string,
  lines: readonly string[],
  blocks: readonly Block[],
  all: string,
): string {
  const head = [`### ${title}`, ...lines].join("\n\n");
  const counts = new Map(blocks.map((block) => [block, 0]));
  let room = longestMarkdown - head.length;
  for (const block of blocks) room -= textOf(block, 0, all).length + longestCount;
  const inSight = blocks.filter(({ folded }) => folded === undefined);
  // A short list is not to be lost for the end of a long one.
  const rest = blocks
    .filter(({ folded }) => folded !== undefined)
    .toSorted((a, b) => a.rows.length - b.rows.length);
  for (const block of [...inSight, ...rest]) {
    for (const row of block.rows) {
      room -= rowText(row).length + 1;
      if (room < 0) break;
      counts.set(block, (counts.get(block) ?? 0) + 1);
    }
    if (room < 0) break;
  }
  return `${[head, ...blocks.map((block) => textOf(block, counts.get(block) ?? 0, all))].join("\n\n")}\n`;
}

/** What the digits of a count may add to the text of a block without rows. */
const longestCount = 20;

function textOf({ folded, columns, rows }: Block, count: number, all: string): string {
  const left = rows.length - count;
  const table = [columns, columns.map(() => "---"), ...rows.slice(0, count)].map(rowText).join("\n");
  const parts = [
    ...(folded === undefined ? [] : [`<details><summary>${folded}</summary>`]),
    table,
    ...(left === 0 ? [] : [`**${left} more not shown here**: ${all}.`]),
    ...(folded === undefined ? [] : ["</details>"]),
  ];
  return parts.join("\n\n");
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
