import { configFile, defaultConfig } from "../config/config.ts";
import { plainConfig } from "../config/plain-config.ts";
import type { HistorySource } from "../history/entries.ts";
import { withMovedRoot } from "../history/moved-root.ts";
import type { Repo } from "../model/repo.ts";
import type { SourceFile } from "../model/source-file.ts";
import { inRoot, pointersFolder } from "../pointer/pointer-path.ts";
import type { Workspace } from "./open-workspace.ts";
import { rootOf } from "./read-snapshot.ts";

/**
 * A pointer repository's past: paths are from the folder that holds `pointers/`, also where `root` named
 * another one at the time.
 * @param root that folder at the tip, from the root of the git repository
 * @param known the pointer files of the tip, where they are at hand
 */
export function historySource(
  { repo, folder }: Workspace,
  tip: string,
  { root, isExternal }: { readonly root: string; readonly isExternal: (pointer: string) => boolean },
  known?: readonly SourceFile[],
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
  const read = known === undefined ? repo : withFiles(repo, tip, inRoot(pointersFolder, root), known);
  return { repo: withMovedRoot(read, { configPath, root, rootIn }), tip, isExternal };
}

/** A repository of which the files of one commit below a folder are known, and not read again. */
function withFiles(repo: Repo, commit: string, folder: string, known: readonly SourceFile[]): Repo {
  const isAt = (path: string, at: string): boolean => path === at || path.startsWith(`${at}/`);
  return {
    ...repo,
    files: (of, at) =>
      of === commit && isAt(at, folder)
        ? Promise.resolve(known.filter(({ path }) => isAt(path, at)))
        : repo.files(of, at),
  };
}
