import { configFile } from "../config/config.ts";
import type { SourceFile } from "../model/source-file.ts";
import { familyOf, isPointerName } from "../pointer/name.ts";
import { inRoot, pathsOf, pointersFolder } from "../pointer/pointer-path.ts";
import { targetKind } from "../pointer/target.ts";
import type { ReadDesired } from "../pointer/read-files.ts";
import { checkDesired } from "../rules/check.ts";
import type { Workspace } from "./open-workspace.ts";
import { type Snapshot, declared, filesReader, isExternalBy, readConfig, rootOf } from "./read-snapshot.ts";

/**
 * A snapshot of only the files of the pipelines that some names' chains go through: enough for a question
 * about these names, however many pointers there are. Null where everything has to be read, since
 * something is wrong: a name is not declared where it belongs, a chain does not end, a file has a problem.
 * @param commit a full id; null reads the working tree
 */
export async function readChain(
  workspace: Workspace,
  commit: string | null,
  names: readonly string[],
): Promise<Snapshot | null> {
  const read = filesReader(workspace, commit);
  const configPath = inRoot(configFile, workspace.folder);
  const configFiles = await read(configPath);
  const { config, problems, text } = await readConfig(configPath, configFiles[0]);
  if (problems.length > 0) return null;
  const root = rootOf(workspace.folder, config);
  const options = { commit, root, isExternal: isExternalBy(config) };
  const files: SourceFile[] = [];
  const families = new Set<string>();
  const targets = new Map<string, string>();
  const chain = new Set<string>();
  let known: ReadDesired | undefined;
  for (let todo = names; todo.length > 0;) {
    const fresh: SourceFile[] = [];
    for (const name of todo) {
      if (!isPointerName(name)) return null;
      if (!families.has(familyOf(name))) fresh.push(...(await readFamily(name, root, read)));
      families.add(familyOf(name));
      chain.add(name);
    }
    if (fresh.length > 0) {
      const found = await declared(fresh, options);
      for (const { pointer, target } of found.desired.declarations) targets.set(pointer, target);
      known = files.length === 0 ? found : undefined;
      files.push(...fresh);
    }
    const ends = todo.map((name) => targets.get(name));
    if (ends.includes(undefined)) return null;
    todo = ends.filter(
      (target): target is string =>
        target !== undefined &&
        targetKind(target) === "pointer" &&
        !chain.has(target) &&
        !options.isExternal(target),
    );
  }
  known ??= await declared(files, options);
  const { desired, problems: fileProblems, texts } = known;
  // Of other names of these pipelines the chains' ends were not looked for.
  const isWrong = checkDesired(desired).some(
    ({ rule, pointer = "" }) => rule !== "dangling" || chain.has(pointer),
  );
  if (isWrong || fileProblems.length > 0) return null;
  return {
    config,
    desired,
    configProblems: [],
    fileProblems: [],
    texts: text === null ? texts : new Map([...texts, [configPath, text]]),
    files: [...configFiles, ...files].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    isPart: true,
  };
}

/** Its pipeline's files, in either layout. */
async function readFamily(
  name: string,
  root: string,
  read: (path: string) => Promise<SourceFile[]>,
): Promise<SourceFile[]> {
  const byPipeline = inRoot(pathsOf(name).byPipeline, root);
  const folder = inRoot(`${pointersFolder}/${familyOf(name)}`, root);
  const lists = await Promise.all([byPipeline, folder].map(read));
  return lists.flat();
}
