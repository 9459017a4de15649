import type { CommandResult, CommonOptions, Deps } from "./command.ts";
export async function demo(_: CommonOptions, __: Deps): Promise<CommandResult> {
  return { exitCode: 0, output: "" };
}
