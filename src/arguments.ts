import { type Command, InvalidArgumentError, Option } from "commander";

/** Options that several commands have. */
export const remote = [
  "--remote <name>",
  "the remote, by its name in pointsman.yaml, or `embedded`",
] as const;
export const ref = ["--ref <ref>", "the commit, by any name git has for it"] as const;
export const at = [
  "--at <when>",
  "what was declared at a commit or a date, such as 2026-11-17 14:00",
] as const;
export const base = [
  "--base <ref>",
  "what the change started from; automatic in pull requests of GitHub and GitLab",
] as const;

export function withCommit(to: Command): Command {
  return to
    .option("--commit", "commit just that file, with your own git")
    .option("-m, --message <text>", "the commit's message");
}

/** Whether results are to be JSON: asked of the words, since a command line that cannot be taken has no options. */
export function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words
    .slice(0, end === -1 ? words.length : end)
    .some((word, at) => word === "--format=json" || (word === "json" && words[at - 1] === "--format"));
}

/** Of an option that may be given several times: all its values. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

export const prune = new Option("--prune", "delete what this branch once declared and no longer does");
export const onDrift = new Option("--on-drift <what>", "what to do with pointers moved by hand").choices([
  "overwrite",
  "keep",
  "fail",
]);

/** A number from 1 on, to 999999999 at most. @throws InvalidArgumentError with these words, from the reader that it gives */
export function wholeNumber(needed: string, most = 999_999_999) {
  return (text: string): number => {
    if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(needed);
  };
}

export const readCount = wholeNumber("A number from 1 on is needed.");
