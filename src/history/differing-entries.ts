import { startsEntryAt } from "../pointer/canonical-text.ts";

/**
 * The parts of two files in which they differ, each from the line of a name up to another one's or the
 * end. Null where they differ before the first name. They are compared as they are: to make texts of all versions
 * of a long history would take longer than to compare them.
 * @param newer a file in the canonical form
 */
export function differingEntries(
  newer: Uint8Array,
  older: Uint8Array,
): { readonly newer: Uint8Array; readonly older: Uint8Array } | null {
  const shorter = Math.min(newer.length, older.length);
  const one = wordsOf(newer);
  const other = wordsOf(older);
  let same = 0;
  while (same + 4 <= shorter && one.getInt32(same) === other.getInt32(same)) same += 4;
  while (same < shorter && newer[same] === older[same]) same += 1;
  let start = lineAt(newer, same);
  while (!startsEntryAt(newer, start) || start + 3 > same) {
    // No name stands above the line of `pointers:`.
    if (start < 2) return null;
    start = lineAt(newer, start - 1);
  }
  let end = lineBehind(newer, same);
  const oldEnd = lineBehind(older, same);
  // Mostly one line differs, and Node compares all behind it in one call.
  const isOneLine =
    newer.length - end === older.length - oldEnd &&
    Buffer.prototype.compare.call(newer, older, oldEnd, older.length, end, newer.length) === 0;
  if (!isOneLine) {
    const most = shorter - same;
    let left = 0;
    while (left < most && newer[newer.length - left - 1] === older[older.length - left - 1]) left += 1;
    end = lineBehind(newer, newer.length - left);
  }
  while (end < newer.length && !startsEntryAt(newer, end)) end = lineBehind(newer, end);
  const behind = newer.length - end;
  return { newer: newer.subarray(start, end), older: older.subarray(start, older.length - behind) };
}

/** Four bytes at a time are compared in a third of the time that each by itself takes. */
function wordsOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Where the line begins that a place is in, its line break too. Lines are short: to call into Node would take longer. */
function lineAt(bytes: Uint8Array, at: number): number {
  while (at > 0 && bytes[at - 1] !== newline) at -= 1;
  return at;
}

/** Where the next line begins, or the file ends. */
function lineBehind(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && bytes[at] !== newline) at += 1;
  return Math.min(at + 1, bytes.length);
}

const newline = 10;
