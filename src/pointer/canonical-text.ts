/*
 * What the canonical form of a pointer file is made of. Each function is given a place in a text and
 * says where something that begins there ends, or -1 where it is not there.
 */

/** What a character may be, as bits. */
const lower = 1; // a-z, 0-9
const inPart = 2; // those and . _ -
const alnum = 4; // a-z, A-Z, 0-9
const inTag = 8; // those and . _ -
const letter = 16;
const inId = 32; // a-z, A-Z, 0-9 and _ -
const inWords = 64; // what a description is made of
const kinds = kindsOf();

const [newline, returned, space, hash, slash, colon, underscore] = [10, 13, 32, 35, 47, 58, 95] as const;

/** Whether a line begins as one with a name does; such a line is nothing else in the canonical form. */
export function startsEntry(text: string, at: number): boolean {
  return text.charCodeAt(at) === space && text.charCodeAt(at + 1) === space && isKind(text, at + 2, lower);
}

/** The same in a text's bytes. */
export function startsEntryAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === space && bytes[at + 1] === space && ((kinds[bytes[at + 2] ?? 0] ?? 0) & lower) !== 0;
}

/** Where the next line begins, or the text ends, behind an empty line or a comment's; -1 where it is neither. */
export function skipLine(text: string, at: number): number {
  while (text.charCodeAt(at) === space) at += 1;
  if (at === text.length) return at;
  const code = text.charCodeAt(at);
  if (code === newline) return at + 1;
  return code === hash ? commentEnd(text, at) : -1;
}

/** The same at the end of a line that says something. */
export function endOfLine(text: string, at: number): number {
  if (at === text.length) return at;
  const code = text.charCodeAt(at);
  if (code === newline) return at + 1;
  if (code !== space) return -1;
  while (text.charCodeAt(at) === space) at += 1;
  return text.charCodeAt(at) === hash ? commentEnd(text, at) : -1;
}

/** To some YAML readers a line ends in more ways than one. */
function commentEnd(text: string, at: number): number {
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === newline) return at + 1;
    if (code === returned || code === 0x2028 || code === 0x2029) return -1;
  }
  return at;
}

function run(text: string, at: number, kind: number): number {
  while (((kinds[text.charCodeAt(at)] ?? 0) & kind) !== 0) at += 1;
  return at;
}

function isKind(text: string, at: number, kind: number): boolean {
  return ((kinds[text.charCodeAt(at)] ?? 0) & kind) !== 0;
}

/** A pointer's name. */
export function nameEnd(text: string, at: number): number {
  if (!isKind(text, at, lower)) return -1;
  at = run(text, at + 1, inPart);
  if (text.charCodeAt(at) !== slash || !isKind(text, at + 1, lower)) return -1;
  at = run(text, at + 2, inPart);
  if (text.charCodeAt(at) !== colon || !isKind(text, at + 1, alnum)) return -1;
  const end = run(text, at + 2, inTag);
  return end > at + 2 && isKind(text, end - 1, alnum) ? end : -1;
}

/** A name, or an id that is surely a text to YAML. */
export function targetEnd(text: string, at: number): number {
  const name = nameEnd(text, at);
  if (name !== -1) return name;
  const stem = run(text, at, letter);
  if (stem === at || text.charCodeAt(stem) !== underscore) return -1;
  const end = run(text, stem + 1, inId);
  return isKind(text, end - 1, alnum) ? end : -1;
}

/** A description up to the end of its line. A single word may be a truth value or a null. */
export function wordsEnd(text: string, at: number): number {
  const end = run(text, at, inWords);
  if (end !== text.length && text.charCodeAt(end) !== newline) return -1;
  return /^(?![A-Za-z]+$)[A-Za-z].*[A-Za-z0-9.)]$/.test(text.slice(at, end)) ? end : -1;
}

function kindsOf(): Uint8Array {
  const table = new Uint8Array(65_536);
  for (let code = 0; code < 128; code += 1) {
    const character = String.fromCharCode(code);
    const is = (pattern: RegExp, kind: number): number => (pattern.test(character) ? kind : 0);
    table[code] =
      is(/[a-z0-9]/, lower) |
      is(/[a-z0-9._-]/, inPart) |
      is(/[a-zA-Z0-9]/, alnum) |
      is(/[a-zA-Z0-9._-]/, inTag) |
      is(/[a-zA-Z]/, letter) |
      is(/[a-zA-Z0-9_-]/, inId) |
      is(/[A-Za-z0-9 ,.()/+-]/, inWords);
  }
  return table;
}
