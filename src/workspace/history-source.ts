import { configFile, defaultConfig } from "../config/config.ts";
import { parseConfig } from "../config/parse-config.ts";
import type { HistorySource } from "../history/entries.ts";
import { withMovedRoot } from "../history/moved-root.ts";
import { inRoot } from "../pointer/pointer-path.ts";
import type { Workspace } from "./open-workspace.ts";
import { rootOf } from "./read-snapshot.ts";

/**
 * A pointer repository's past: paths are from the folder that holds `pointers/`, also where `root` named
 * another one at the time.
 * @param root that folder at the tip, from the root of the git repository
 */
export function historySource(
  { repo, folder }: Workspace,
  tip: string,
  { root, isExternal }: { readonly root: string; readonly isExternal: (pointer: string) => boolean },
): HistorySource {
  const configPath = inRoot(configFile, folder);
  const rootIn = (bytes: Uint8Array | null): string | null => {
    if (bytes === null) return rootOf(folder, defaultConfig);
    const { config, problems } = parseConfig(configPath, new TextDecoder().decode(bytes));
    return problems.length > 0 ? null : rootOf(folder, config);
  };
  return { repo: withMovedRoot(repo, { configPath, root, rootIn }), tip, root: "", isExternal };
}
