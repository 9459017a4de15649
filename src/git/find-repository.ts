import { type Stats, existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";

export interface RepositoryPlace {
  /** The folder of the working tree, links resolved; null for a bare repository. */
  readonly workTree: string | null;
  /** Where git keeps the repository: `.git`, what a `.git` file names, or the bare repository itself. */
  readonly gitDir: string;
}

/**
 * The git repository that a folder is in. Without turns of the event loop: git is started behind it.
 * @throws PointsmanError `no-repository`, `repository-unsupported`
 */
export async function findRepository(folder: string): Promise<RepositoryPlace> {
  let start: string;
  try {
    start = realpathSync.native(folder);
  } catch (error) {
    const message = `There is no folder ${resolve(folder)}.`;
    throw new PointsmanError("no-repository", message, { cause: error });
  }
  for (let at = start; ; at = dirname(at)) {
    const dotGit = join(at, ".git");
    const about = aboutOf(dotGit);
    // As git does, it goes on where a folder of that name is no repository.
    if (about?.isFile() === true) return { workTree: at, gitDir: readGitFile(dotGit) };
    if (about !== undefined && isRepository(dotGit)) return { workTree: at, gitDir: dotGit };
    if (isRepository(at)) {
      refuseCommitted(at);
      return { workTree: null, gitDir: at };
    }
    if (dirname(at) === at) break;
  }
  throw new PointsmanError("no-repository", `There is no git repository in ${start}, nor above it.`, {
    hint: "Go to your pointer repository or name it with -C DIR; `pointsman init` starts one.",
  });
}

/**
 * A commit may bring the files of a bare repository, and so could a pull request: its refs would say which
 * base is believed, and its config what git runs. What lies in a `.git`, or in what that names, is never committed.
 */
function refuseCommitted(bare: string): void {
  for (let at = dirname(bare); ; at = dirname(at)) {
    const dotGit = join(at, ".git");
    const isFile = aboutOf(dotGit)?.isFile() === true;
    const gitDir = isFile ? readGitFile(dotGit) : dotGit;
    const isIn = bare === gitDir || bare.startsWith(gitDir + sep);
    if (!isIn && (isFile || isRepository(dotGit))) {
      throw new PointsmanError(
        "repository-unsupported",
        `${printable(bare)} is a bare repository inside of the working tree ${printable(at)}.`,
        { hint: "A commit may have brought it, so that it is not believed." },
      );
    }
    if (dirname(at) === at) return;
  }
}

/** A submodule's `.git` is a file that names the folder: https://git-scm.com/docs/gitrepository-layout. */
function readGitFile(path: string): string {
  const named = /^gitdir: ([^\r\n]+)/.exec(textOf(path))?.[1];
  const gitDir = named === undefined ? null : resolve(dirname(path), named);
  if (gitDir === null || !existsSync(join(gitDir, "HEAD"))) {
    throw new PointsmanError("no-repository", `${path} names no git repository.`);
  }
  return gitDir;
}

/** Whether it is a submodule's: git keeps those in `modules` of the repository, or linked worktree, that has them. */
export function isSubmodule(gitDir: string): boolean {
  for (let at = dirname(gitDir); dirname(at) !== at; at = dirname(at))
    if (basename(at) === "modules" && existsSync(join(dirname(at), "HEAD"))) return true;
  return false;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isRepository(folder: string): boolean {
  return ["HEAD", "objects", "refs"].every((name) => existsSync(join(folder, name)));
}

/** What may not be looked at counts as not there. */
function aboutOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
