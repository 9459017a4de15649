/** What is called otherwise elsewhere: in the official command line, in others, in people's memory. */
const meant = new Map([
  ["edit", "set"],
  ["move", "set"],
  ["promote", "set"],
  ["lock", "set NAME --lock"],
  ["unlock", "set NAME --unlock"],
  ["delete", "remove"],
  ["rm", "remove"],
  ["apply", "sync"],
  ["push", "sync"],
  ["deploy", "sync"],
  ["pull", "import"],
  ["dump", "import"],
  ["preview", "plan"],
  ["status", "plan"],
  ["check", "validate"],
  ["log", "history"],
  ["revert", "rollback"],
  ["undo", "rollback"],
  ["--json", "--format json"],
  ["--user", "--username"],
]);

/** What others call `sync --dry-run` is `plan`; of other commands it is nothing. */
const meantOfSync = new Map([
  ...meant,
  ["--dry-run", "plan"],
  ["--auto-approve", "--yes"],
  ["--doit", "--yes"],
]);

/** A sync of some pointers alone is one of a plan of theirs. */
const planOfSome = "plan NAME --out FILE, and then sync --plan FILE";

/** Tokens are not removed from anywhere: what was done with them stays. */
const meantOfTokens = new Map(["delete", "remove", "rm"].map((word) => [word, "revoke"]));

/**
 * The parser's message of a word that it does not know, with what is meant by it rather than what looks like it.
 * @param args of the command line
 */
export function meantWords(message: string, args: readonly string[]): string {
  const [, word = ""] = /^error: unknown (?:command|option) '(.+?)'/.exec(message) ?? [];
  const before = args[args.indexOf(word) - 1];
  const isOf = before === "tokens" ? meantOfTokens : args.includes("sync") ? meantOfSync : meant;
  // The official command line has more to create and get than pointers: which it is stands before the name.
  const isName = (before === "create" || before === "get") && /[/:]/.test(word);
  const isOfSome = message.startsWith("error: too many arguments for 'sync'");
  const here = isName ? `${before} pointers` : isOfSome ? planOfSome : isOf.get(word);
  if (here === undefined) return message;
  return message.replace(/(\n\(Did you mean .*\))?$/, `\n(Did you mean ${here}?)`);
}
