import type { Declaration } from "../model/pointer.ts";
import { endOfLine, nameEnd, skipLine, startsEntry, targetEnd, wordsEnd } from "./canonical-text.ts";

/*
 * The lines that fmt, set and import write. Anything else, and anything whose meaning depends on YAML's
 * finer rules (quotes, numbers, dates, repeated keys), is left to the YAML parser.
 *
 *   pointers:
 *     NAME: TARGET
 *     NAME:
 *       target: TARGET
 *       locked: true
 *       description: Words.
 *
 * NAME is as the grammar has it; TARGET is such a name, or letters with an underscore behind them, which
 * are no number, date or truth value to any YAML reader. A comment stands in a line of its own or, behind
 * a space, at the end of one.
 */

/** YAML takes no longer text for a key. */
const longestName = 512;

/** A long form that is being read. */
interface Draft {
  readonly pointer: string;
  readonly line: number;
  target: string | null;
  targetLine: number;
  locked: boolean | null;
  description: string | null;
}

/**
 * The declarations of a file in the canonical form, some ten times as fast as by the YAML parser. Null
 * where a line is not surely of that form: what it then says is the YAML parser's to tell.
 */
export function parseCanonical(file: string, text: string): Declaration[] | null {
  let at = 0;
  for (let line = 1; at < text.length; line += 1) {
    const next = skipLine(text, at);
    if (next === -1) {
      const body = text.startsWith("pointers:", at) ? endOfLine(text, at + 9) : -1;
      const declarations = body === -1 ? null : parseEntries(file, text, body, line + 1);
      return declarations === null || declarations.length === 0 ? null : declarations;
    }
    at = next;
  }
  return null;
}

/**
 * The same of the lines below `pointers:`, or of some of them from the line of a name on: there may be
 * none then.
 * @param at where the lines begin in the text
 * @param line the number of the first
 */
export function parseEntries(file: string, text: string, at: number, line: number): Declaration[] | null {
  const found: Declaration[] = [];
  /** Names that come in their order are surely different. */
  let last = "";
  let names: Set<string> | null = null;
  let open: Draft | null = null;
  let next: number;
  for (; at < text.length; at = next, line += 1) {
    next = skipLine(text, at);
    if (next !== -1) continue;
    if (!startsEntry(text, at)) {
      next = open === null ? -1 : readField(open, text, at, line);
      if (next === -1) return null;
      continue;
    }
    if (open !== null && !close(open, file, found)) return null;
    open = null;
    const start = at + 2;
    const end = nameEnd(text, start);
    if (end === -1 || text[end] !== ":" || end - start > longestName) return null;
    const pointer = text.slice(start, end);
    if (names === null && pointer > last) last = pointer;
    else {
      names ??= new Set(found.map((declaration) => declaration.pointer));
      if (names.size === names.add(pointer).size) return null;
    }
    next = endOfLine(text, end + 1);
    if (next !== -1) {
      open = { pointer, line, target: null, targetLine: 0, locked: null, description: null };
      continue;
    }
    if (text[end + 1] !== " ") return null;
    const from = end + 2;
    const to = targetEnd(text, from);
    next = to === -1 ? -1 : endOfLine(text, to);
    if (next === -1) return null;
    found.push({
      pointer,
      target: text.slice(from, to),
      locked: false,
      file,
      line,
      column: 3,
      targetLine: line,
      targetColumn: from - at + 1,
    });
  }
  return open === null || close(open, file, found) ? found : null;
}

/** Where the line ends that is a field of the long form, not seen in it before; -1 where it is none. */
function readField(draft: Draft, text: string, at: number, line: number): number {
  if (text.startsWith("    target: ", at)) {
    const from = at + 12;
    const to = targetEnd(text, from);
    if (to === -1 || draft.target !== null) return -1;
    draft.target = text.slice(from, to);
    draft.targetLine = line;
    return endOfLine(text, to);
  }
  if (text.startsWith("    locked: ", at)) {
    const word = ["true", "false"].find((one) => text.startsWith(one, at + 12));
    if (word === undefined || draft.locked !== null) return -1;
    draft.locked = word === "true";
    return endOfLine(text, at + 12 + word.length);
  }
  if (!text.startsWith("    description: ", at)) return -1;
  const from = at + 17;
  const to = wordsEnd(text, from);
  if (to === -1 || draft.description !== null) return -1;
  // A text of several lines goes on in lines that are nothing here, so this is all of it.
  draft.description = text.slice(from, to);
  return Math.min(to + 1, text.length);
}

function close(draft: Draft, file: string, found: Declaration[]): boolean {
  const { pointer, line, target, targetLine, locked, description } = draft;
  if (target === null) return false;
  found.push({
    pointer,
    target,
    locked: locked === true,
    ...(description === null ? {} : { description }),
    file,
    line,
    column: 3,
    targetLine,
    targetColumn: 13,
  });
  return true;
}
