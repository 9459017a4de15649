import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PointsmanError } from "../errors.ts";

export interface RepositoryPlace {
  /** The folder of the working tree, links resolved; null for a bare repository. */
  readonly workTree: string | null;
  /** Where git keeps the repository: `.git`, what a `.git` file names, or the bare repository itself. */
  readonly gitDir: string;
}

/**
 * The git repository that a folder is in.
 * @throws PointsmanError `no-repository`, `repository-unsupported`
 */
export async function findRepository(folder: string): Promise<RepositoryPlace> {
  const start = await realpath(folder).catch(() => null);
  if (start === null) throw new PointsmanError("no-repository", `There is no folder ${resolve(folder)}.`);
  for (let at = start; ; at = dirname(at)) {
    const dotGit = join(at, ".git");
    const about = await stat(dotGit).catch(() => null);
    // As git does, it goes on where a folder of that name is no repository.
    if (about?.isFile() === true) return { workTree: at, gitDir: await readGitFile(dotGit) };
    if (about !== null && (await isRepository(dotGit))) return { workTree: at, gitDir: dotGit };
    if (await isRepository(at)) return { workTree: null, gitDir: at };
    if (dirname(at) === at) break;
  }
  throw new PointsmanError("no-repository", `There is no git repository in ${start}, nor above it.`, {
    hint: "Go to your pointer repository or name it with -C DIR; `pointsman init` starts one.",
  });
}

/** A submodule's `.git` is a file that names the folder: https://git-scm.com/docs/gitrepository-layout. */
async function readGitFile(path: string): Promise<string> {
  const named = /^gitdir: ([^\r\n]+)/.exec(await readFile(path, "utf8").catch(() => ""))?.[1];
  const gitDir = named === undefined ? null : resolve(dirname(path), named);
  if (gitDir === null || !(await isThere(join(gitDir, "HEAD")))) {
    throw new PointsmanError("no-repository", `${path} names no git repository.`);
  }
  return gitDir;
}

async function isRepository(folder: string): Promise<boolean> {
  const parts = await Promise.all(["HEAD", "objects", "refs"].map((name) => isThere(join(folder, name))));
  return parts.every(Boolean);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
