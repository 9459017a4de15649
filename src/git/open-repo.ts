import { PointsmanError } from "../errors.ts";
import type { Repo } from "../model/repo.ts";
import { explainErrors } from "./explain-errors.ts";
import { findRepository } from "./find-repository.ts";
import { type Environment, gitIn } from "./run-git.ts";

/**
 * The git repository that a folder is in. The one place that chooses how it is read: by the git program
 * where there is one, else by isomorphic-git; `POINTSMAN_GIT=git` or `js` forces one.
 * @throws PointsmanError `no-repository`, `repository-unsupported`, `git-missing`, `environment-invalid`
 */
export async function openRepo(folder: string, environment: Environment): Promise<Repo> {
  const place = await findRepository(folder);
  const forced = environment["POINTSMAN_GIT"];
  if (forced !== undefined && forced !== "git" && forced !== "js") {
    throw new PointsmanError("environment-invalid", "POINTSMAN_GIT is neither git nor js.", {
      hint: "Set one of them, or unset it.",
    });
  }
  if (forced !== "js") {
    const git = gitIn(place.workTree ?? place.gitDir, environment);
    const isThere = await git.run(["rev-parse", "--git-dir"]).then(
      () => true,
      (error: unknown) => {
        if (forced === undefined && error instanceof PointsmanError && error.code === "git-missing")
          return false;
        throw error;
      },
    );
    if (isThere) {
      const { programRepo } = await import("./program-repo.ts");
      return programRepo(place, git);
    }
  }
  const { refuseUnsupported } = await import("./refuse-unsupported.ts");
  await refuseUnsupported(place.gitDir);
  const { isomorphicRepo } = await import("./isomorphic-repo.ts");
  return explainErrors(isomorphicRepo(place), place.gitDir);
}
