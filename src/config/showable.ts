/**
 * Whether a text of pointsman.yaml may stand in a message, which is printed to logs and comments: what looks like
 * a name does, anything else may be a secret in the wrong place: with digits in it, a colon or a URL's user.
 */
export function isShowable(text: string): boolean {
  return /^[^\s:@=&*!$%+]{1,40}$/.test(text) && text.replaceAll(/\D/g, "").length <= 3;
}

/** A known key with nothing behind it, or a plain text without a user, a query and many digits. */
const showableLine =
  /^ *(?:[a-z_-]{1,40}\d{0,3}:|(?:version|branch|root|url|default_remote|on_drift|max_deletes|max_updates): [a-z./:_-]{0,60}\d{0,4}[a-z./:%_-]{0,60}) *$/i;

/** The text with only those of its lines that may be shown with a problem: the others are empty. */
export function showableLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => (showableLine.test(line) ? line : ""))
    .join("\n");
}
