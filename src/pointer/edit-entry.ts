import { type Pair, type Scalar, isMap, isScalar, stringify } from "yaml";
import { PointsmanError } from "../errors.ts";
import type { PointerEdit } from "../model/pointer-edit.ts";
import { fieldOf, isAmbiguousPlain } from "./parse-yaml.ts";
import { type Splice, closed, indentAt, lineEnd, lineStart, splice } from "./text-lines.ts";
import { keyOf, startOf } from "./yaml-document.ts";

/** A new entry, in the short form where that says it all. */
export function newEntry(pointer: string, edit: PointerEdit, indent: string, newline: string): string {
  const target = scalarText(edit.target ?? "");
  const inner = fieldLines(edit, `${indent}  `, newline);
  if (inner === "") return `${indent}${pointer}: ${target}${newline}`;
  return `${indent}${pointer}:${newline}${indent}  target: ${target}${newline}${inner}`;
}

/**
 * A file's text with one of its entries edited, every other byte and all comments kept. A long form of
 * which only the target is left becomes a short one.
 * @throws PointsmanError `file-invalid` where that is not safe
 */
export function editEntry(
  file: string,
  text: string,
  pair: Pair,
  edit: PointerEdit,
  newline: string,
): string {
  if (isMap(pair.value)) return editLongForm(file, text, pair, edit, newline);
  const value = pair.value as Scalar;
  if (fieldLines(edit, "", newline) !== "") return toLongForm(file, text, pair, edit, newline);
  return edit.target === undefined ? text : splice(text, [replaceTarget(file, value, edit.target)]);
}

function editLongForm(file: string, text: string, pair: Pair, edit: PointerEdit, newline: string): string {
  const target = fieldOf(pair, "target");
  if (target === null || !isMap(pair.value)) throw unsafe(file, `${keyOf(pair)} has no target`);
  if (pair.value.flow === true) throw unsafe(file, `${keyOf(pair)} is written in braces`);
  const fields = new Map(pair.value.items.map((field) => [keyOf(field), field]));
  const splices: Splice[] = [];
  const gone = new Set<string>();
  const missing: { locked?: true; description?: string } = {};
  if (edit.target !== undefined) splices.push(replaceTarget(file, target, edit.target));
  for (const key of ["locked", "description"] as const) {
    const [field, value] = [fields.get(key), edit[key]];
    if (value === undefined) continue;
    if (field === undefined) {
      if (value !== null && value !== false) Object.assign(missing, { [key]: value });
    } else if (value !== null) splices.push(replaceField(file, text, field, value));
    else {
      splices.push(removeField(file, text, field));
      gone.add(key);
    }
  }
  const lock = fields.get("locked");
  const [, anchor = 0] =
    (missing.locked === undefined && isScalar(lock?.value) ? lock.value : target).range ?? [];
  const lines = fieldLines(missing, indentAt(text, anchor), newline);
  let source = text;
  if (lines !== "") {
    const end = lineEnd(text, anchor);
    if (end === text.length) source = closed(text, newline);
    const at = end === text.length ? source.length : end;
    splices.push({ start: at, end: at, text: lines });
  }
  const edited = splice(source, splices);
  const isTargetOnly = lines === "" && [...fields.keys()].every((key) => key === "target" || gone.has(key));
  return gone.size > 0 && isTargetOnly ? toShortForm(edited, pair, newline) : edited;
}

/** `name: target # why` becomes `name: # why` with its fields below it. */
function toLongForm(file: string, text: string, pair: Pair, edit: PointerEdit, newline: string): string {
  const value = pair.value as Scalar;
  const [from = 0, to = 0] = value.range ?? [];
  const start = lineStart(text, startOf(pair));
  if (lineStart(text, from) !== start) throw unsafe(file, `${keyOf(pair)} has its target on another line`);
  const indent = `${text.slice(start, startOf(pair))}  `;
  const target =
    edit.target === undefined ? text.slice(from, to) : replaceTarget(file, value, edit.target).text;
  const end = lineEnd(text, to);
  const head = `${text.slice(0, from).trimEnd()}${text.slice(to, end)}`;
  return `${closed(head, newline)}${indent}target: ${target}${newline}${fieldLines(edit, indent, newline)}${text.slice(end)}`;
}

/** The way back, where no comment stands in it: one behind the name or the target stays behind the target. */
function toShortForm(text: string, pair: Pair, newline: string): string {
  const start = (pair.key as Scalar).range?.[1] ?? 0;
  const entry = /^:[ \t]*(#[^\r\n]*)?\r?\n[ \t]+target:[ \t]+([^\r\n]*)(?:\r?\n|$)/.exec(text.slice(start));
  if (entry === null) return text;
  const [whole, onName = "", target = ""] = entry;
  const rest = text.slice(start + whole.length);
  const isOwnComment = /^[ \t]+#/.test(rest) && indentAt(rest, 0).length > indentAt(text, start).length;
  if (isOwnComment || (onName !== "" && target.includes(" #"))) return text;
  const comment = onName === "" ? "" : ` ${onName}`;
  return `${text.slice(0, start)}: ${target}${comment}${newline}${rest}`;
}

/** The lines that a long form has besides its target; none where the short form says it all. */
function fieldLines({ locked, description }: PointerEdit, indent: string, newline: string): string {
  const lock = locked === true ? `${indent}locked: true${newline}` : "";
  return typeof description === "string"
    ? `${lock}${indent}description: ${scalarText(description)}${newline}`
    : lock;
}

function replaceTarget(file: string, scalar: Scalar, value: string): Splice {
  const [start = 0, end = 0] = scalar.range ?? [];
  if (scalar.type === "QUOTE_DOUBLE") return { start, end, text: JSON.stringify(value) };
  if (scalar.type === "QUOTE_SINGLE") return { start, end, text: `'${value.replaceAll("'", "''")}'` };
  if (scalar.type === "PLAIN") return { start, end, text: scalarText(value) };
  throw unsafe(file, "a target is written over several lines");
}

function replaceField(file: string, text: string, field: Pair, value: string | boolean): Splice {
  const scalar = field.value as Scalar;
  const { start, end } = extentOf(file, text, field);
  if (scalar.value === value) return { start, end, text: text.slice(start, end) };
  return { start, end, text: typeof value === "string" ? scalarText(value) : String(value) };
}

/** A comment behind what goes stays, in a line of its own. */
function removeField(file: string, text: string, field: Pair): Splice {
  const start = lineStart(text, startOf(field));
  const value = extentOf(file, text, field);
  const end = lineEnd(text, value.end);
  const behind = text.slice(value.end, end);
  return { start, end, text: behind.trim() === "" ? "" : `${indentAt(text, start)}${behind.trimStart()}` };
}

/** From a field's value to its last character: the blank lines behind a block text are not its own. */
function extentOf(file: string, text: string, field: Pair): { readonly start: number; readonly end: number } {
  const { range, type } = field.value as Scalar;
  const [start = 0, end = 0] = range ?? [];
  const header = type?.startsWith("BLOCK") === true ? text.slice(start, lineEnd(text, start)) : "";
  if ((text.slice(startOf(field), start) + header).includes("#"))
    throw unsafe(file, `a comment stands inside the value of ${keyOf(field)}`);
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

/** A text as YAML, in one line: plain where every reader takes it for text, in double quotes otherwise. */
export function scalarText(value: string): string {
  if (isAmbiguousPlain(value) || /[\r\n]/.test(value)) return JSON.stringify(value);
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

/** @param isReadable whether `fmt` can write the file: it refuses one with problems */
export function unsafe(place: string, why: string, isReadable = true): PointsmanError {
  const fmt = ", or let `pointsman fmt` write it in the canonical form first";
  return new PointsmanError("file-invalid", `${place} cannot be edited: ${why.replace(/\.$/, "")}.`, {
    hint: `Mend the file by hand${isReadable ? fmt : " first: `pointsman validate` shows what is wrong with it"}.`,
  });
}
