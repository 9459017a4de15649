import type { Environment } from "../model/environment.ts";
import { gitIn } from "./run-git.ts";

/**
 * Fetches one ref of the git server, and nothing else.
 * @param folder a working tree, or a bare repository
 * @param refspec as git takes it: `+refs/heads/main:refs/remotes/origin/main`
 * @throws PointsmanError `git-missing`, `git-failed` with what git said
 */
export async function fetchRef(folder: string, environment: Environment, refspec: string): Promise<void> {
  const options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--end-of-options"];
  await gitIn(folder, environment).run(["fetch", ...options, "origin", refspec]);
}
