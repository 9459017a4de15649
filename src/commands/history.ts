import { configFile } from "../config/config.ts";
import { familyPaths } from "../history/past-places.ts";
import { pointersFolder } from "../pointer/pointer-path.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import type { CommandResult, CommonOptions, Deps } from "./command.ts";

export interface HistoryOptions extends CommonOptions {
  readonly name?: string;
  /** At most this many entries. */
  readonly count?: number;
  /** Only what was committed at or after this date. */
  readonly since?: string;
}

/**
 * The commits at which a name, or any, came to lead somewhere else: HEAD's first-parent commits, newest
 * first. What they declared; what ran is the registry's to say.
 */
export async function history(options: HistoryOptions, deps: Deps): Promise<CommandResult> {
  const paths = options.name === undefined ? [pointersFolder] : familyPaths(options.name);
  const opened = openWorkspace(options.dir, deps.environment, deps.verbose, [...paths, configFile]);
  // git walks the history while the code that reads it is loaded.
  const [workspace, { showHistory }] = await Promise.all([opened, import("./show-history.ts")]);
  return showHistory(workspace, options, deps);
}
