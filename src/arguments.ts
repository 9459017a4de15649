import { isIP } from "node:net";
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

/** @throws InvalidArgumentError */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
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

/** @throws InvalidArgumentError */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A number from 1 on is needed.");
}

export const logLevel = new Option(
  "--log-level <level>",
  "what is logged to stderr, a JSON object a line (default: info; warn where that is a terminal)",
).choices(["debug", "info", "warn", "error", "silent"]);

/** @throws InvalidArgumentError */
export function readAddresses(text: string): readonly string[] {
  const addresses = text.split(",").map((address) => address.trim());
  const wrong = addresses.find((address) => !isNetwork(address));
  if (wrong === undefined) return addresses;
  throw new InvalidArgumentError(`${wrong || "Nothing"} is no address or network such as 10.0.0.0/8.`);
}

const namedNetworks = ["loopback", "linklocal", "uniquelocal"];

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0) return namedNetworks.includes(text);
  return (
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= 128 / (version === 4 ? 4 : 1)))
  );
}
