import { type Command, InvalidArgumentError, Option } from "commander";
import { remote } from "./arguments.ts";
import type { CommandResult, CommonOptions, Deps } from "./commands/command.ts";
import { isUsername } from "./pointer/name.ts";
import { withData, withServing } from "./serve-arguments.ts";

/* eslint-disable-next-line typescript/no-explicit-any -- commander hands over what the user typed as any */
type Typed = any;

/** Adds a command, to the program or to a parent, and gives it for its options. */
export type AddCommand = (
  usage: string,
  description: string,
  run: (common: CommonOptions, deps: Deps, args: Typed[], options: Typed) => Promise<CommandResult>,
  parent?: Command,
) => Command;

/** The commands of whoever runs a registry. */
export function addRegistryCommands(program: Command, command: AddCommand, version: string): void {
  withServing(
    command("serve", "run the registry", async (common, deps, _, options) =>
      (await import("./commands/serve.ts")).serve({ ...common, ...options, version }, deps),
    ),
  );
  withData(
    command(
      "backup <file>",
      "copy a registry's data to a file, while it is in use",
      async (common, deps, [file], options) =>
        (await import("./commands/backup.ts")).backup({ ...common, ...options, file }, deps),
    ),
  );
  const tokens = program.command("tokens").description("who may call a registry");
  withRegistry(
    command(
      "create <name>",
      "make a token; it is printed this once",
      async (common, deps, [name], options) =>
        (await import("./commands/tokens.ts")).createToken({ ...common, ...options, name }, deps),
      tokens,
    ),
  )
    .option("--username <name>", "whose pointers and pipelines it reaches; may be given again", readUsername)
    .addOption(scope)
    .addOption(
      new Option("--admin", "everything, for everybody's pointers").conflicts(["username", "scope"]),
    );
  withRegistry(
    command(
      "list",
      "all tokens, by name",
      async (common, deps, _, options) =>
        (await import("./commands/tokens.ts")).listTokens({ ...common, ...options }, deps),
      tokens,
    ),
  );
  withRegistry(
    command(
      "revoke <name>",
      "end a token, by its name or its id",
      async (common, deps, [name], options) =>
        (await import("./commands/tokens.ts")).revokeToken({ ...common, ...options, name }, deps),
      tokens,
    ),
  );
}

const scope = new Option(
  "--scope <scope>",
  "read, write, run or admin; may be given again, each includes read",
).argParser(readScope);

/** @throws InvalidArgumentError */
function readScope(text: string, before: readonly string[] = []): readonly string[] {
  if (["read", "write", "run", "admin"].includes(text)) return [...before, text];
  throw new InvalidArgumentError("A scope is read, write, run or admin.");
}

/** @throws InvalidArgumentError */
function readUsername(text: string, before: readonly string[] = []): readonly string[] {
  if (text === "*" || isUsername(text)) return [...before, text];
  throw new InvalidArgumentError(
    "A username is the myuser of myuser/gptneo: lower-case letters and digits, with ._- between; '*' is everybody.",
  );
}

/** A registry through a remote, with an administrator's token, or its data itself. */
function withRegistry(to: Command): Command {
  const named = to.addOption(new Option(...remote).conflicts(["data", "database"]));
  return withData(named, "default: the remote is asked");
}
