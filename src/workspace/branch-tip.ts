import type { Environment } from "../model/environment.ts";
import type { Config } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import { fetchRef } from "../git/fetch-ref.ts";
import type { Repo } from "../model/repo.ts";
import { nearest } from "../pointer/nearest.ts";
import { printable } from "../pointer/printable.ts";
import type { Workspace } from "./open-workspace.ts";

/**
 * The branch that is projected to the remote: pointsman.yaml's, else the CI's, else the one that is
 * checked out, else the one that the git server calls its own. Null where nothing names one.
 */
async function findBranch(
  { repo }: Workspace,
  config: Config,
  environment: Environment,
): Promise<string | null> {
  return config.branch ?? branchOfCi(environment) ?? (await repo.branch()) ?? (await repo.serverBranch());
}

/** In the job of a pull request it is the branch that the request is for. Variables may be set and empty. */
function branchOfCi(environment: Environment): string | null {
  const { GITHUB_BASE_REF, GITHUB_REF_TYPE, GITHUB_REF_NAME } = environment;
  const { CI_MERGE_REQUEST_TARGET_BRANCH_NAME, CI_COMMIT_BRANCH } = environment;
  const names = [
    GITHUB_BASE_REF,
    GITHUB_REF_TYPE === "branch" ? GITHUB_REF_NAME : undefined,
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME,
    CI_COMMIT_BRANCH,
  ];
  return names.find((name) => name !== undefined && name !== "") ?? null;
}

/**
 * The branch's tip as this clone knows it: the git server's where there is one, else its own. Null where
 * it has neither.
 */
async function knownTip({ repo }: Workspace, branch: string): Promise<string | null> {
  return (await tipAt(repo, `refs/remotes/origin/${branch}`)) ?? tipAt(repo, `refs/heads/${branch}`);
}

async function tipAt(repo: Repo, ref: string): Promise<string | null> {
  return repo.resolve(ref).catch((error: unknown) => {
    if (error instanceof PointsmanError && error.code === "ref-unknown") return null;
    throw error;
  });
}

/** A question before a hint, where a branch below one of these folders has a name that is near; else nothing. */
async function meantBranch(branch: string, repo: Repo, ...folders: readonly string[]): Promise<string> {
  const refs = await repo.refs().catch(() => []);
  const names = folders.flatMap((folder) =>
    refs.filter((ref) => ref.startsWith(folder)).map((ref) => ref.slice(folder.length)),
  );
  const near = nearest(branch, names);
  return near === undefined ? "" : `Did you mean ${printable(near)}? `;
}

/** @throws PointsmanError `tip-unknown` where a git server goes by another name than origin */
async function refuseOtherServer(repo: Repo, branch: string): Promise<void> {
  const [, name] = /^refs\/remotes\/(?!origin\/)([^/]+)\/./m.exec((await repo.refs()).join("\n")) ?? [];
  if (name === undefined) return;
  throw new PointsmanError(
    "tip-unknown",
    `No git server is called origin, so none was asked for the tip of ${printable(branch)}, and nothing was written.`,
    { hint: `Is it ${printable(name)}? Then: git remote rename ${printable(name)} origin\n  ${noFetch}` },
  );
}

const noFetch = "--no-fetch goes by what this clone has, where nobody else can have merged meanwhile.";

/**
 * Asks the git server for the branch's tip, where there is one: a job that runs late must not believe what it was
 * started with.
 * @returns whether what was read of the repository before may be out of date now
 * @throws PointsmanError `tip-unknown`
 */
export async function fetchTip(
  { repo }: Workspace,
  branch: string,
  environment: Environment,
): Promise<boolean> {
  if ((await repo.serverUrl()) === null) {
    await refuseOtherServer(repo, branch);
    return false;
  }
  const folder = repo.workTree ?? repo.gitDir;
  const ref = `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
  await fetchRef(folder, environment, ref).catch(async (error: unknown) => {
    if (!(error instanceof PointsmanError)) throw error;
    // Git's own words: gitIn asks for them in English.
    const isThere = !/couldn't find remote ref/.test(error.message);
    const meant = isThere ? "" : await meantBranch(branch, repo, "refs/remotes/origin/");
    throw new PointsmanError(
      "tip-unknown",
      isThere
        ? `The git server could not be asked for the tip of ${printable(branch)}, so nothing was written.`
        : `The git server has no branch ${printable(branch)}, so nothing was written.`,
      {
        hint: isThere
          ? `${error.message}\n  ${noFetch}`
          : `${meant}Push it, or name the branch that is synced in pointsman.yaml: branch: main. --no-fetch goes by what this clone has.`,
        cause: error,
      },
    );
  });
  return true;
}

/**
 * The tip by whose history a plan is explained: the branch's, else the commit itself.
 * @param onNoBranch is called where nothing names a branch: what stands on it is not known then
 */
export async function tipOfPlan(
  workspace: Workspace,
  commit: string | null,
  config: Config,
  environment: Environment,
  onNoBranch: () => void = () => undefined,
): Promise<string | null> {
  if (commit === null) return null;
  const branch = await findBranch(workspace, config, environment);
  if (branch === null) onNoBranch();
  const tip = branch === null ? null : await knownTip(workspace, branch);
  if (tip === null || tip === commit) return commit;
  return (await workspace.repo.mergeBase(commit, tip)) === null ? commit : tip;
}

/**
 * The branch to sync.
 * @throws PointsmanError `tip-unknown` where nothing names one
 */
export async function branchToSync(
  workspace: Workspace,
  config: Config,
  environment: Environment,
): Promise<string> {
  const branch = await findBranch(workspace, config, environment);
  if (branch !== null) return branch;
  throw new PointsmanError(
    "tip-unknown",
    "Which branch is synced? HEAD is detached, and nothing names one.",
    { hint: "Name it in pointsman.yaml: branch: main" },
  );
}

/**
 * The tip to sync against, as this clone has it.
 * @throws PointsmanError `commit-unmerged` where the branch does not contain the commit; `tip-unknown`
 */
export async function tipFor(workspace: Workspace, commit: string, branch: string): Promise<string> {
  const { repo } = workspace;
  const tip = await knownTip(workspace, branch);
  if (tip === null) {
    const meant = await meantBranch(branch, repo, "refs/heads/", "refs/remotes/origin/");
    const isServed = (await repo.serverUrl()) !== null;
    throw new PointsmanError("tip-unknown", `This clone has no branch ${printable(branch)}.`, {
      hint: `${meant}${isServed ? `Fetch it: git fetch origin ${printable(branch)}` : "`branch` in pointsman.yaml names the one that is synced."}`,
    });
  }
  const isIn = async (one: string): Promise<boolean> =>
    commit === one || (await repo.mergeBase(commit, one)) === commit;
  if (await isIn(tip)) return tip;
  const own = await tipAt(repo, `refs/heads/${branch}`);
  // Elsewhere than ahead of the git server's, as after a force push, a push is not the way.
  if (own !== null && (await isIn(own)) && (await repo.mergeBase(tip, own)) === tip) {
    throw new PointsmanError(
      "commit-unmerged",
      `The git server's ${printable(branch)} does not have commit ${commit.slice(0, 8)} yet, so it is not synced.`,
      { hint: `Push it first: git push origin ${printable(branch)}` },
    );
  }
  const isShallow = await repo.isShallow();
  const what = `${printable(branch)} does not contain commit ${commit.slice(0, 8)}`;
  throw new PointsmanError(
    "commit-unmerged",
    isShallow ? `${what}, as far as this shallow clone can tell.` : `${what}, so it is not synced.`,
    {
      hint: isShallow
        ? "Nothing was written. Fetch all of history: git fetch --unshallow (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)."
        : `Merge it into ${printable(branch)} first (and push it, where there is a git server). \`branch\` in pointsman.yaml names another.`,
    },
  );
}
