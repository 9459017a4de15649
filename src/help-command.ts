import type { Command } from "commander";
import { nearest } from "./pointer/nearest.ts";
import { printable } from "./pointer/printable.ts";

/** The parser's own help of a command that there is not prints that of all commands, and says nothing of the word. */
export function addHelp(parent: Command): void {
  parent
    .helpCommand(false)
    .command("help [command...]")
    .description("display help for command")
    .action((words: string[]) => {
      let found: Command = parent;
      for (const word of words) {
        const { commands } = found;
        const next = commands.find((one) => one.name() === word);
        if (next === undefined) {
          const near = nearest(
            word,
            commands.map((one) => one.name()),
          );
          const end = near === undefined ? "" : `\n(Did you mean ${near}?)`;
          found.error(`error: unknown command '${printable(word)}'${end}`, {
            code: "commander.unknownCommand",
          });
        }
        found = next;
      }
      found.help();
    });
}
