/** What is called otherwise elsewhere: in the official command line, in others, in people's memory. */
const meant = new Map([
  ["edit", "set"],
  ["delete", "remove"],
  ["--json", "--format json"],
  ["--user", "--username"],
]);

/** The parser's message of a word that it does not know, with what is meant by it rather than what looks like it. */
export function meantWords(message: string): string {
  const [, word = ""] = /^error: unknown (?:command|option) '(.+?)'/.exec(message) ?? [];
  const here = meant.get(word);
  if (here === undefined) return message;
  return message.replace(/(\n\(Did you mean .*\))?$/, `\n(Did you mean ${here}?)`);
}
