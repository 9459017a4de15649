import { type Pair, type Scalar, isMap } from "yaml";
import validateShape from "../../schemas/pointers.schema.json?validator";
import type { Declaration } from "../model/pointer.ts";
import type { PointerEdit } from "../model/pointer-edit.ts";
import { editEntry, newEntry, unsafe } from "./edit-entry.ts";
import { parsePointerFile } from "./parse-pointer-file.ts";
import { pointerPairs } from "./parse-yaml.ts";
import { closed, lineEnd, lineStart, previousLine } from "./text-lines.ts";
import { keyOf, readYamlDocument, startOf } from "./yaml-document.ts";

/**
 * A pointer file's text with one pointer set. Every byte that is not of that pointer's target or lock
 * stays: comments, order, quoting, line ends.
 * @param text null where there is no file yet
 * @throws PointsmanError `file-invalid` where the text cannot be edited safely
 */
export function setPointer(file: string, text: string | null, pointer: string, edit: PointerEdit): string {
  const pair =
    text === null ? undefined : pairsOf(file, text).find((candidate) => keyOf(candidate) === pointer);
  if (text === null || pair === undefined) return addPointers(file, text, new Map([[pointer, edit]]));
  return verified(file, text, editEntry(file, text, pair, edit, newlineOf(text)), new Map([[pointer, edit]]));
}

/**
 * A pointer file's text with new pointers behind the others, in the canonical form. Every byte that was
 * there stays.
 * @param text null where there is no file yet
 * @throws PointsmanError `file-invalid` where the text cannot be edited safely
 */
export function addPointers(
  file: string,
  text: string | null,
  added: ReadonlyMap<string, PointerEdit>,
): string {
  const entries = (indent: string, newline: string): string =>
    [...added].map(([pointer, edit]) => newEntry(pointer, edit, indent, newline)).join(newline);
  if (text === null) return `pointers:\n${entries("  ", "\n")}`;
  const newline = newlineOf(text);
  const last = pairsOf(file, text).at(-1);
  if (last === undefined) return verified(file, text, fill(text, entries("  ", newline), newline), added);
  const start = startOf(last);
  const indent = text.slice(lineStart(text, start), start);
  const end = entryEnd(text, last);
  const edited = `${closed(text.slice(0, end), newline)}${newline}${entries(indent, newline)}${text.slice(end)}`;
  return verified(file, text, edited, added);
}

/**
 * A pointer file's text without one pointer, its own comments (right above it, and inside) gone with it.
 * Null where it was the last one: the file has no use any more.
 * @throws PointsmanError `file-invalid` where the text cannot be edited safely
 */
export function removePointer(file: string, text: string, pointer: string): string | null {
  const pairs = pairsOf(file, text);
  const index = pairs.findIndex((candidate) => keyOf(candidate) === pointer);
  const pair = pairs[index];
  if (pair === undefined) throw unsafe(file, `it does not declare ${pointer}`);
  if (pairs.length === 1) return null;
  let start = lineStart(text, startOf(pair));
  const column = startOf(pair) - start;
  if (text.slice(start, startOf(pair)).trim() !== "") throw unsafe(file, "its entries share lines");
  for (let above = previousLine(text, start); above !== null; above = previousLine(text, start)) {
    const indent = commentIndent(text.slice(above, start));
    // A comment that is indented further is of the entry above.
    if (indent === 0 || indent > column) break;
    start = above;
  }
  let end = entryEnd(text, pair);
  // One of the two blank lines around it goes too.
  const blank = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0];
  if (blank !== undefined) end += blank.length;
  else {
    const above = previousLine(text, start);
    if (above !== null && text.slice(above, start).trim() === "") start = above;
  }
  return verified(file, text, text.slice(0, start) + text.slice(end), new Map([[pointer, null]]));
}

/** How far a line's comment is indented; 0 where it is not, or is no comment. */
function commentIndent(line: string): number {
  return /^([ \t]+)#/.exec(line)?.[1]?.length ?? 0;
}

function pairsOf(file: string, text: string): Pair[] {
  const yaml = readYamlDocument(file, text, validateShape, { mayRepeat: ["pointers"] });
  const [problem] = yaml.problems;
  if (problem !== undefined)
    throw unsafe(`${file}:${problem.line}:${problem.column}`, problem.message, false);
  return pointerPairs(yaml);
}

/** `pointers: {}` with its first entries. */
function fill(text: string, entries: string, newline: string): string {
  const empty = /^(pointers:)[ \t]*\{\s*\}[ \t]*/m.exec(text);
  if (empty === null) throw unsafe("the file", "its `pointers:` is not where it is expected");
  const end = lineEnd(text, empty.index + empty[0].length);
  const head = `${text.slice(0, empty.index)}pointers:${text.slice(empty.index + empty[0].trimEnd().length, end)}`;
  return `${closed(head, newline)}${entries}${text.slice(end)}`;
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** The edited text, if it says what was asked for (null: the pointer is gone) and nothing else differs. */
function verified(
  file: string,
  before: string,
  after: string,
  edits: ReadonlyMap<string, PointerEdit | null>,
): string {
  const { declarations, problems } = parsePointerFile(file, after);
  const made = new Map(declarations.map((declaration) => [declaration.pointer, declaration]));
  const isAsAsked = [...edits].every(([pointer, edit]) => says(made.get(pointer), edit));
  const others = (some: readonly Declaration[]): string =>
    JSON.stringify(
      some
        .filter((declaration) => !edits.has(declaration.pointer))
        .map(({ pointer: name, target, locked, description }) => [name, target, locked, description]),
    );
  const isRest = others(declarations) === others(parsePointerFile(file, before).declarations);
  if (problems.length > 0 || !isAsAsked || !isRest) {
    const [pointer = ""] = edits.keys();
    throw unsafe(file, `${pointer} cannot be changed without touching what is around it`);
  }
  return after;
}

function says(made: Declaration | undefined, edit: PointerEdit | null): boolean {
  if (edit === null || made === undefined) return edit === null && made === undefined;
  return (
    (edit.target === undefined || edit.target === made.target) &&
    (edit.locked === undefined || (edit.locked ?? false) === made.locked) &&
    (edit.description === undefined || (edit.description ?? undefined) === made.description)
  );
}

function endOf(pair: Pair): number {
  const node = isMap(pair.value) && pair.value.flow !== true ? pair.value.items.at(-1) : undefined;
  if (node !== undefined) return endOf(node);
  return (pair.value as Scalar | null)?.range?.[1] ?? startOf(pair);
}

/** Behind an entry's last line; comments that are indented further than its name are its own. */
function entryEnd(text: string, pair: Pair): number {
  const column = startOf(pair) - lineStart(text, startOf(pair));
  let end = lineEnd(text, endOf(pair));
  while (end < text.length && commentIndent(text.slice(end, lineEnd(text, end + 1))) > column)
    end = lineEnd(text, end + 1);
  return end;
}
