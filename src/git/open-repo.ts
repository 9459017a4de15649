import { PointsmanError } from "../errors.ts";
import type { Environment } from "../model/environment.ts";
import type { Repo } from "../model/repo.ts";
import { maxFileSize } from "../model/source-file.ts";
import { explainErrors } from "./explain-errors.ts";
import { type RepositoryPlace, findRepository } from "./find-repository.ts";
import { historyAhead } from "./history-ahead.ts";
import { objectReader } from "./object-reader.ts";
import { type Git, gitIn } from "./run-git.ts";
import { guessTip } from "./guess-tip.ts";

/** The first git whose `log` knows `--diff-merges=first-parent`. */
const oldest = [2, 31] as const;

/**
 * The git repository that a folder is in. The one place that chooses how it is read: by the git program
 * where there is one of use, else by isomorphic-git; `POINTSMAN_GIT=git` or `js` forces one.
 * @throws PointsmanError `no-repository`, `repository-unsupported`, `git-missing`, `git-failed`,
 *   `environment-invalid`
 */
export async function openRepo(folder: string, environment: Environment): Promise<Repo> {
  return openRepoAt(await findRepository(folder), environment);
}

/**
 * The same where it is known already which repository that is.
 * @param ahead paths whose history from HEAD will probably be asked for: git starts on it at once
 */
export async function openRepoAt(
  place: RepositoryPlace,
  environment: Environment,
  ahead?: readonly string[],
): Promise<Repo> {
  const forced = environment["POINTSMAN_GIT"];
  if (forced !== undefined && forced !== "git" && forced !== "js") {
    throw new PointsmanError("environment-invalid", "POINTSMAN_GIT is neither git nor js.", {
      hint: "Set one of them, or unset it.",
    });
  }
  if (forced === "js") return openWithoutProgram(place, "POINTSMAN_GIT=js forbids it here");
  const git = gitIn(place.workTree ?? place.gitDir, environment);
  try {
    // A guess by the files: what is made of it is thrown away where git then names another commit.
    const tip = ahead === undefined ? null : guessTip(place.gitDir);
    const logOf = historyAhead(
      git,
      tip === null || ahead === undefined ? null : { commit: tip, paths: ahead },
    );
    const objects = objectReader(git, maxFileSize);
    // Where git does not trust the folder or cannot read its config, it says so here.
    const asked = objects.read(["HEAD"]);
    const version = usableVersion(git);
    // Either may fail before it is waited for.
    for (const answer of [asked, version]) answer.catch(() => undefined);
    const { programRepo } = await import("./program-repo.ts");
    const opened = { git, objects, logOf, version: await version };
    await asked;
    return programRepo(place, opened);
  } catch (error) {
    const isMissing = error instanceof PointsmanError && error.code === "git-missing";
    if (forced !== undefined || !isMissing) throw error;
    return openWithoutProgram(place, error.message);
  }
}

/** @param why there is no git program, for where one is needed */
async function openWithoutProgram(place: RepositoryPlace, why: string): Promise<Repo> {
  const { refuseUnsupported } = await import("./refuse-unsupported.ts");
  await refuseUnsupported(place.gitDir, why);
  const { isomorphicRepo } = await import("./isomorphic-repo.ts");
  return explainErrors(isomorphicRepo(place), place.gitDir);
}

/** @throws PointsmanError `git-missing` where there is none, or one too old */
async function usableVersion(git: Git): Promise<string> {
  const said = (await git.run(["version"])).toString();
  const [version = "", major = "0", minor = "0"] = /(\d+)\.(\d+)[.\w]*/.exec(said) ?? [];
  const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  if (!isOld) return version;
  throw new PointsmanError(
    "git-missing",
    `The git program is version ${version}, older than ${oldest.join(".")}.`,
    { hint: "Install a newer git." },
  );
}
