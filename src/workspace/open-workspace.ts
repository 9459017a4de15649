import { existsSync, lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { configFile } from "../config/config.ts";
import { type RepositoryPlace, findRepository } from "../git/find-repository.ts";
import { openRepoAt } from "../git/open-repo.ts";
import type { Environment } from "../model/environment.ts";
import type { Repo } from "../model/repo.ts";
import { inRoot } from "../pointer/pointer-path.ts";
import { printable } from "../pointer/printable.ts";

/** The folder of the embedded registry, beside pointsman.yaml. */
export const stateFolder = ".pointsman";

/** A pointer repository on disk. */
export interface Workspace {
  readonly repo: Repo;
  /** The folder of pointsman.yaml, from the root of the git repository; "" where it is that root. */
  readonly folder: string;
  /** The embedded registry's folder, where there is one. */
  readonly stateDir: string | null;
}

/**
 * The pointer repository that a folder is in: the nearest pointsman.yaml at or above it, or else the
 * root of its git repository.
 * @param tell is told which repository that is and what reads it
 * @param ahead paths of the pointer repository whose history will be asked for, if its `root` is where
 * it is by default: git starts on it at once
 * @throws PointsmanError `no-repository`, `repository-unsupported`
 */
export async function openWorkspace(
  folder: string,
  environment: Environment,
  tell?: (text: string) => void,
  ahead?: readonly string[],
): Promise<Workspace> {
  const place = await findRepository(folder);
  const home = homeOf(folder, place);
  const inRepository = place.workTree === null ? "" : relative(place.workTree, home).split(sep).join("/");
  const repo = await openRepoAt(
    place,
    environment,
    ahead?.map((path) => inRoot(path, inRepository)),
  );
  tell?.(`Repository: ${printable(repo.workTree ?? repo.gitDir)}, read by ${repo.reader}`);
  const stateDir = join(home, stateFolder);
  const hasState = place.workTree !== null && isFolder(stateDir);
  return { repo, folder: inRepository, stateDir: hasState ? stateDir : null };
}

/** The folder of pointsman.yaml. */
function homeOf(folder: string, { workTree, gitDir }: RepositoryPlace): string {
  if (workTree === null) return gitDir;
  for (
    let at = realpathSync.native(folder);
    at !== dirname(workTree) && at !== dirname(at);
    at = dirname(at)
  ) {
    if (existsSync(join(at, configFile))) return at;
  }
  return workTree;
}

/** Not where a link leads: a pull request can bring one. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}
