import type { Command } from "commander";
import type { CommandResult, CommonOptions, Deps } from "./commands/command.ts";
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
export function addRegistryCommands(command: AddCommand, version: string): void {
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
}
