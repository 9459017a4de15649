import { lstat, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { configFile } from "../config/config.ts";
import { openRepo } from "../git/open-repo.ts";
import type { Environment } from "../git/run-git.ts";
import type { Repo } from "../model/repo.ts";
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
 * @throws PointsmanError `no-repository`, `repository-unsupported`
 */
export async function openWorkspace(
  folder: string,
  environment: Environment,
  tell?: (text: string) => void,
): Promise<Workspace> {
  const repo = await openRepo(folder, environment);
  tell?.(`Repository: ${printable(repo.workTree ?? repo.gitDir)}, read by ${repo.reader}`);
  const { workTree } = repo;
  if (workTree === null) return { repo, folder: "", stateDir: null };
  let home = workTree;
  for (let at = await realpath(folder); at !== dirname(workTree) && at !== dirname(at); at = dirname(at)) {
    if (await isThere(join(at, configFile))) {
      home = at;
      break;
    }
  }
  const stateDir = join(home, stateFolder);
  return {
    repo,
    folder: relative(workTree, home).split(sep).join("/"),
    stateDir: (await isFolder(stateDir)) ? stateDir : null,
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Not where a link leads: a pull request can bring one. */
async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
