import type { Declaration } from "../model/pointer.ts";

/*
 * The lines that fmt, set and import write. Anything else, and anything whose meaning depends on YAML's
 * finer rules (quotes, numbers, dates, repeated keys), is left to the YAML parser.
 */
const name = "[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*:[0-9A-Za-z][0-9A-Za-z._-]*[0-9A-Za-z]";
// An id of letters with an underscore in it is no number, date or truth value to any YAML reader.
const target = `(?:${name}|[A-Za-z]+_[0-9A-Za-z_-]*[0-9A-Za-z])`;
const comment = "(?: +#[^\\n]*)?";
const lines = {
  skip: /^ *(?:#.*)?$/,
  root: new RegExp(`^pointers:${comment}$`),
  short: new RegExp(`^  (${name}): (${target})${comment}$`),
  long: new RegExp(`^  (${name}):${comment}$`),
  target: new RegExp(`^    target: (${target})${comment}$`),
  locked: new RegExp(`^    locked: (true|false)${comment}$`),
  // A single word may be a truth value or a null.
  description: /^    description: (?![A-Za-z]+$)([A-Za-z][A-Za-z0-9 ,.()/+-]*[A-Za-z0-9.)])$/,
};

interface Draft {
  readonly pointer: string;
  readonly line: number;
  target?: { readonly text: string; readonly line: number; readonly column: number };
  locked?: boolean;
  description?: string;
}

/**
 * The declarations of a file in the canonical form, some ten times as fast as by the YAML parser. Null
 * where a line is not surely of that form: what it then says is the YAML parser's to tell.
 */
export function parseCanonical(file: string, text: string): Declaration[] | null {
  const drafts = new Map<string, Draft>();
  let open: Draft | null = null;
  let hasRoot = false;
  for (const [index, content] of text.split("\n").entries()) {
    if (lines.skip.test(content)) continue;
    const line = index + 1;
    if (!hasRoot) {
      if (!lines.root.test(content)) return null;
      hasRoot = true;
      continue;
    }
    const entry = lines.short.exec(content) ?? lines.long.exec(content);
    if (entry !== null) {
      const [, pointer = "", short] = entry;
      if (drafts.has(pointer)) return null;
      open = { pointer, line };
      if (short !== undefined) open.target = { text: short, line, column: pointer.length + 5 };
      drafts.set(pointer, open);
      if (short !== undefined) open = null;
    } else if (open === null || !readField(open, content, line)) return null;
  }
  if (drafts.size === 0) return null;
  const declarations: Declaration[] = [];
  for (const draft of drafts.values()) {
    if (draft.target === undefined) return null;
    const { text: targetText, ...place } = draft.target;
    declarations.push({
      pointer: draft.pointer,
      target: targetText,
      locked: draft.locked === true,
      ...(draft.description === undefined ? {} : { description: draft.description }),
      at: { file, line: draft.line, column: 3 },
      targetAt: { file, ...place },
    });
  }
  return declarations;
}

/** Whether a line was a field of the open long form, not seen in it before. */
function readField(draft: Draft, content: string, line: number): boolean {
  const found = lines.target.exec(content)?.[1];
  if (found !== undefined) {
    if (draft.target !== undefined) return false;
    draft.target = { text: found, line, column: 13 };
    return true;
  }
  const locked = lines.locked.exec(content)?.[1];
  if (locked !== undefined) {
    if (draft.locked !== undefined) return false;
    draft.locked = locked === "true";
    return true;
  }
  const description = lines.description.exec(content)?.[1];
  if (description === undefined || draft.description !== undefined) return false;
  // A multi-line plain text goes on in lines that match nothing here, so this is all of it.
  draft.description = description;
  return true;
}
