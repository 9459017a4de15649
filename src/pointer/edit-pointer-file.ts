import { type Pair, type Scalar, isMap, isScalar, stringify } from "yaml";
import validateShape from "../../schemas/pointers.schema.json?validator";
import { PointsmanError } from "../errors.ts";
import type { Declaration } from "../model/pointer.ts";
import { isAmbiguousPlain, fieldOf, parsePointerFile, pointerPairs } from "./parse-pointer-file.ts";
import { keyOf, readYamlDocument, startOf } from "./yaml-document.ts";

/** What `set` writes: sides that are absent stay as they are. */
export interface PointerEdit {
  readonly target?: string;
  readonly locked?: boolean;
}

/**
 * A pointer file's text with one pointer set. Every byte that is not of that pointer's target or lock
 * stays: comments, order, quoting, line ends.
 * @param text null where there is no file yet
 * @throws PointsmanError `file-invalid` where the text cannot be edited safely
 */
export function setPointer(file: string, text: string | null, pointer: string, edit: PointerEdit): string {
  if (text === null) return `pointers:\n${entry(pointer, edit, "  ", "\n")}`;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const pairs = pairsOf(file, text);
  const pair = pairs.find((candidate) => keyOf(candidate) === pointer);
  const edited =
    pair === undefined
      ? append(text, pairs, pointer, edit, newline)
      : edit.locked === undefined || isMap(pair.value)
        ? replaceFields(file, text, pair, edit, newline)
        : toLongForm(file, text, pair, edit, newline);
  return verified(file, text, edited, pointer, edit);
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
  return verified(file, text, text.slice(0, start) + text.slice(end), pointer, null);
}

/** How far a line's comment is indented; 0 where it is not, or is no comment. */
function commentIndent(line: string): number {
  return /^([ \t]+)#/.exec(line)?.[1]?.length ?? 0;
}

function pairsOf(file: string, text: string): Pair[] {
  const yaml = readYamlDocument(file, text, validateShape, ["pointers"]);
  const [problem] = yaml.problems;
  if (problem !== undefined) throw unsafe(`${file}:${problem.line}:${problem.column}`, problem.message);
  return pointerPairs(yaml);
}

function entry(pointer: string, edit: PointerEdit, indent: string, newline: string): string {
  const key = `${indent}${pointer}:`;
  if (edit.locked !== true) return `${key} ${scalarText(edit.target ?? "")}${newline}`;
  const inner = `${indent}  `;
  return [key, `${inner}target: ${scalarText(edit.target ?? "")}`, `${inner}locked: true`, ""].join(newline);
}

function append(
  text: string,
  pairs: readonly Pair[],
  pointer: string,
  edit: PointerEdit,
  newline: string,
): string {
  const last = pairs.at(-1);
  if (last === undefined) {
    const empty = /^(pointers:)[ \t]*\{\s*\}[ \t]*/m.exec(text);
    if (empty === null) throw unsafe("the file", "its `pointers:` is not where it is expected");
    const end = lineEnd(text, empty.index + empty[0].length);
    const head = `${text.slice(0, empty.index)}pointers:${text.slice(empty.index + empty[0].trimEnd().length, end)}`;
    return `${closed(head, newline)}${entry(pointer, edit, "  ", newline)}${text.slice(end)}`;
  }
  const start = startOf(last);
  const indent = text.slice(lineStart(text, start), start);
  const end = entryEnd(text, last);
  return `${closed(text.slice(0, end), newline)}${newline}${entry(pointer, edit, indent, newline)}${text.slice(end)}`;
}

function replaceFields(file: string, text: string, pair: Pair, edit: PointerEdit, newline: string): string {
  const target = isScalar(pair.value) ? pair.value : fieldOf(pair, "target");
  if (target === null) throw unsafe(file, `${keyOf(pair)} has no target`);
  if (isMap(pair.value) && pair.value.flow === true)
    throw unsafe(file, `${keyOf(pair)} is written in braces`);
  const locked = fieldOf(pair, "locked");
  const splices: Splice[] = [];
  if (edit.target !== undefined) splices.push(replaceScalar(file, target, edit.target));
  if (edit.locked !== undefined && locked !== null) {
    splices.push({ start: locked.range?.[0] ?? 0, end: locked.range?.[1] ?? 0, text: String(edit.locked) });
  } else if (edit.locked === true) {
    const key = lineStart(text, target.range?.[0] ?? 0);
    const indent = /^[ \t]*/.exec(text.slice(key))?.[0] ?? "";
    const end = lineEnd(text, target.range?.[1] ?? 0);
    const isOpen = end === text.length && !text.endsWith("\n");
    splices.push({
      start: end,
      end,
      text: isOpen ? `${newline}${indent}locked: true` : `${indent}locked: true${newline}`,
    });
  }
  return splice(text, splices);
}

/** `name: target # why` becomes `name: # why` with target and lock below it. */
function toLongForm(file: string, text: string, pair: Pair, edit: PointerEdit, newline: string): string {
  const value = pair.value as Scalar;
  if (edit.locked === false)
    return edit.target === undefined
      ? text
      : replaceFields(file, text, pair, { target: edit.target }, newline);
  const [from = 0, to = 0] = value.range ?? [];
  const start = lineStart(text, startOf(pair));
  if (lineStart(text, from) !== start) throw unsafe(file, `${keyOf(pair)} has its target on another line`);
  const indent = `${text.slice(start, startOf(pair))}  `;
  const target =
    edit.target === undefined ? text.slice(from, to) : replaceScalar(file, value, edit.target).text;
  const end = lineEnd(text, to);
  const head = `${text.slice(0, from).trimEnd()}${text.slice(to, end)}`;
  return `${closed(head, newline)}${indent}target: ${target}${newline}${indent}locked: true${newline}${text.slice(end)}`;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function splice(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((a, b) => b.start - a.start)
    .reduce((now, { start, end, text: inserted }) => now.slice(0, start) + inserted + now.slice(end), text);
}

function replaceScalar(file: string, scalar: Scalar, value: string): Splice {
  const [start = 0, end = 0] = scalar.range ?? [];
  if (scalar.type === "QUOTE_DOUBLE") return { start, end, text: JSON.stringify(value) };
  if (scalar.type === "QUOTE_SINGLE") return { start, end, text: `'${value.replaceAll("'", "''")}'` };
  if (scalar.type === "PLAIN") return { start, end, text: scalarText(value) };
  throw unsafe(file, "a target is written over several lines");
}

/** A text as YAML: plain where every reader takes it for text, in double quotes otherwise. */
function scalarText(value: string): string {
  return isAmbiguousPlain(value) ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trimEnd();
}

/** The edited text, if it says what was asked for (null: the pointer is gone) and nothing else differs. */
function verified(
  file: string,
  before: string,
  after: string,
  pointer: string,
  edit: PointerEdit | null,
): string {
  const { declarations, problems } = parsePointerFile(file, after);
  const made = declarations.find((declaration) => declaration.pointer === pointer);
  const isAsAsked =
    edit === null
      ? made === undefined
      : made !== undefined &&
        (edit.target === undefined || edit.target === made.target) &&
        (edit.locked === undefined || edit.locked === made.locked);
  const others = (some: readonly Declaration[]): string =>
    JSON.stringify(
      some
        .filter((declaration) => declaration.pointer !== pointer)
        .map(({ pointer: name, target, locked, description }) => [name, target, locked, description]),
    );
  const isRest = others(declarations) === others(parsePointerFile(file, before).declarations);
  if (problems.length > 0 || !isAsAsked || !isRest) {
    throw unsafe(file, `${pointer} cannot be changed without touching what is around it`);
  }
  return after;
}

function unsafe(place: string, why: string): PointsmanError {
  return new PointsmanError("file-invalid", `${place} cannot be edited: ${why.replace(/\.$/, "")}.`, {
    hint: "Mend the file by hand, or let `pointsman fmt` write it in the canonical form first.",
  });
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

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

function previousLine(text: string, start: number): number | null {
  return start === 0 ? null : lineStart(text, start - 1);
}

/** Behind the line break of the line that `offset` is in. A block text ends behind its line already. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at + 1;
}

function closed(text: string, newline: string): string {
  return text === "" || text.endsWith("\n") ? text : text + newline;
}
