import { dirname, resolve } from "node:path";
import { PointsmanError } from "../errors.ts";
import type { Environment } from "../model/environment.ts";
import type { Repo } from "../model/repo.ts";
import { gitIn } from "./run-git.ts";

/**
 * What is staged, as the id of a git tree: a `Repo` reads its files as it reads a commit's. In a hook it
 * is what the commit under way will hold, which `commit --only` and `commit --all` keep in an index of
 * their own.
 * @throws PointsmanError `git-missing`, `git-failed`; `no-repository` where it is bare
 */
export async function stagedTree(
  { kind, workTree, gitDir }: Repo,
  environment: Environment,
): Promise<string> {
  if (workTree === null) throw new PointsmanError("no-repository", "A bare repository has nothing staged.");
  if (kind !== "git") {
    throw new PointsmanError("git-missing", "What is staged is read by the git program alone.", {
      hint: "Install git 2.31 or newer, or validate the working tree.",
    });
  }
  const index = indexOf(environment, workTree, gitDir);
  const git = gitIn(workTree, environment, index === null ? {} : { index });
  const unmerged = (await git.run(["ls-files", "--unmerged", "-z"])).toString() !== "";
  if (unmerged) {
    throw new PointsmanError("git-failed", "There are conflicts that are not resolved yet.", {
      hint: "Resolve them and stage the files: git add FILE",
    });
  }
  // What a partial clone lacks is not needed to name it.
  return (await git.run(["write-tree", "--missing-ok"])).toString().trim();
}

/** The index that git hands to its hooks; null for the usual one, also where it is another repository's. */
function indexOf(environment: Environment, workTree: string, gitDir: string): string | null {
  const named = environment["GIT_INDEX_FILE"];
  if (named === undefined || named === "") return null;
  const index = resolve(workTree, named);
  return dirname(index) === gitDir ? index : null;
}
