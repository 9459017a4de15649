const longest = 200;

/**
 * Untrusted text as it may be shown: control and bidirectional characters (ANSI codes, line breaks,
 * a right-to-left override) become visible escapes, and what is too long for a sentence is cut.
 */
export function printable(text: string): string {
  return visible(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/**
 * The same without the cut. Escaped too is what CI takes for a command wherever its log has it: `::` at the start of a
 * line and `##[` anywhere (GitHub), `##vso[` (Azure Pipelines), `##teamcity[`.
 */
export function visible(text: string): string {
  // Nearly every text: the pattern below takes ten times as long to find nothing.
  if (/^[ -~]*$/.test(text) && !text.includes("::") && !text.includes("##")) return text;
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029\ud800-\udfff]|:(?=:)(?<=^\s*:)|#(?=#\w*\[)/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
