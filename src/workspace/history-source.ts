import { configFile, defaultConfig } from "../config/config.ts";
import { plainConfig } from "../config/plain-config.ts";
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
  const rootIn = async (bytes: Uint8Array | null): Promise<string | null> => {
    if (bytes === null) return rootOf(folder, defaultConfig);
    const text = new TextDecoder().decode(bytes);
    const plain = plainConfig(text);
    if (plain !== null) return rootOf(folder, plain);
    const { parseConfig } = await import("../config/parse-config.ts");
    const { config, problems } = parseConfig(configPath, text);
    return problems.length > 0 ? null : rootOf(folder, config);
  };
  return { repo: withMovedRoot(repo, { configPath, root, rootIn }), tip, root: "", isExternal };
}
