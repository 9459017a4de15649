import type { Environment } from "../config/choose-remote.ts";
import type { Config } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import { gitIn } from "../git/run-git.ts";
import type { Workspace } from "./open-workspace.ts";

/** The branch whose commits may be synced, and where it is now. */
export interface BranchTip {
  readonly branch: string;
  readonly commit: string;
}

/**
 * The branch that is projected to the remote: pointsman.yaml's, else the CI's, else the one that is
 * checked out, else the one that the git server calls its own. Null where nothing names one.
 */
async function findBranch(
  { repo }: Workspace,
  config: Config,
  environment: Environment,
): Promise<string | null> {
  const { GITHUB_REF_TYPE, GITHUB_REF_NAME, CI_COMMIT_BRANCH } = environment;
  const fromCi = GITHUB_REF_TYPE === "branch" ? GITHUB_REF_NAME : CI_COMMIT_BRANCH;
  if (config.branch !== undefined) return config.branch;
  // A pull request's job on GitHub names its merge ref there, which is no branch of the server.
  if (fromCi !== undefined && fromCi !== "" && !/^\d+\/merge$/.test(fromCi)) return fromCi;
  return (await repo.branch()) ?? (await repo.serverBranch());
}

/**
 * The branch's tip as this clone knows it: the git server's where there is one, else its own. Null where
 * it has neither.
 */
async function knownTip({ repo }: Workspace, branch: string): Promise<string | null> {
  for (const ref of [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]) {
    const commit = await repo.resolve(ref).catch((error: unknown) => {
      if (error instanceof PointsmanError && error.code === "ref-unknown") return null;
      throw error;
    });
    if (commit !== null) return commit;
  }
  return null;
}

/**
 * Asks the git server for the branch's tip, where this clone has one: a job that runs late must not
 * believe what it was started with.
 * @throws PointsmanError `tip-unknown`
 */
async function fetchTip({ repo }: Workspace, branch: string, environment: Environment): Promise<void> {
  if (!(await repo.hasServer())) return;
  const folder = repo.workTree ?? repo.gitDir;
  const ref = `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
  await gitIn(folder, environment)
    .run(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--end-of-options", "origin", ref])
    .catch((error: unknown) => {
      if (!(error instanceof PointsmanError)) throw error;
      throw new PointsmanError(
        "tip-unknown",
        `The git server could not be asked for the tip of ${branch}, so nothing was written.`,
        {
          hint: `${error.message}\n  --no-fetch goes by what this clone has, where nobody else can have merged meanwhile.`,
          cause: error,
        },
      );
    });
}

/** The tip by which a plan is explained: the branch's where it contains the commit, else the commit itself. */
export async function tipOfPlan(
  workspace: Workspace,
  commit: string | null,
  config: Config,
  environment: Environment,
): Promise<string | null> {
  if (commit === null) return null;
  const branch = await findBranch(workspace, config, environment);
  const tip = branch === null ? null : await knownTip(workspace, branch);
  return tip !== null && (await workspace.repo.mergeBase(commit, tip)) === commit ? tip : commit;
}

/**
 * The tip to sync against.
 * @throws PointsmanError `commit-unmerged` where the branch does not contain the commit; `tip-unknown`
 */
export async function tipFor(
  workspace: Workspace,
  commit: string,
  config: Config,
  environment: Environment,
  options: { readonly fetch: boolean },
): Promise<BranchTip> {
  const branch = await findBranch(workspace, config, environment);
  if (branch === null) {
    throw new PointsmanError(
      "tip-unknown",
      "Which branch is synced? HEAD is detached, and nothing names one.",
      {
        hint: "Name it in pointsman.yaml: branch: main",
      },
    );
  }
  if (options.fetch) await fetchTip(workspace, branch, environment);
  const tip = await knownTip(workspace, branch);
  if (tip === null) {
    throw new PointsmanError("tip-unknown", `This clone has no branch ${branch}.`, {
      hint: `Fetch it: git fetch origin ${branch}`,
    });
  }
  if (commit !== tip && (await workspace.repo.mergeBase(commit, tip)) !== commit) {
    throw new PointsmanError(
      "commit-unmerged",
      `${branch} does not contain commit ${commit.slice(0, 8)}, so it is not synced.`,
      {
        hint: `Merge it into ${branch} first (and push it, where there is a git server). \`branch\` in pointsman.yaml names another.`,
      },
    );
  }
  return { branch, commit: tip };
}
