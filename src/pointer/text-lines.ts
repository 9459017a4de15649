/** Where the line that `offset` is in begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line above the one that begins at `start` begins; null where there is none. */
export function previousLine(text: string, start: number): number | null {
  return start === 0 ? null : lineStart(text, start - 1);
}

/** Behind the line break of the line that `offset` is in. A block text ends behind its line already. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at + 1;
}

/** The text with a line break at its end. */
export function closed(text: string, newline: string): string {
  return text === "" || text.endsWith("\n") ? text : text + newline;
}

/** The white space that the line of `offset` begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";
}

/** A part of a text, and what comes in its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with parts of it replaced. They do not overlap; what is put in comes before what begins there. */
export function splice(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((now, { start, end, text: inserted }) => now.slice(0, start) + inserted + now.slice(end), text);
}
