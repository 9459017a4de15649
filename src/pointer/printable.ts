const longest = 200;

/**
 * Untrusted text as it may be shown: control and bidirectional characters (ANSI codes, line breaks,
 * a right-to-left override) become visible escapes, and what is too long for a sentence is cut.
 */
export function printable(text: string): string {
  return visible(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/** The same without the cut. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029\ud800-\udfff]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
