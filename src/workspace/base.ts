import type { Environment } from "../model/environment.ts";
import type { Config } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import { isSubmodule } from "../git/find-repository.ts";
import { printable } from "../pointer/printable.ts";
import type { Workspace } from "./open-workspace.ts";
import { type Snapshot, readSnapshot } from "./read-snapshot.ts";
import { refuseConfigProblems } from "./refuse-problems.ts";
import { nearRef } from "./resolve-ref.ts";

/**
 * The commit a pull request started from: the merge base of `--base` and its head. Without the
 * option, the base that GitHub or GitLab name in the environment of a pull request's job.
 * @returns null where nothing names a base
 * @throws PointsmanError `ref-unknown`, `repository-unsupported`
 */
export async function findBase(
  { repo }: Workspace,
  named: string | undefined,
  head: string | null,
  environment: Environment,
): Promise<string | null> {
  const ofJob = fromEnvironment(environment);
  const ref = named ?? ofJob;
  if (ref === undefined || head === null) return null;
  // The request may have made it one: that repository's branch of this name is whose the request says.
  if (ofJob !== undefined && isSubmodule(repo.gitDir)) {
    throw new PointsmanError(
      "repository-unsupported",
      "This is a submodule: what a pull request started from cannot be told by it.",
      { hint: "Let the job check out the repository of the pointers itself." },
    );
  }
  const hint = "In CI, check out the whole history (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0).";
  const base = await repo.resolve(ref).catch((error: unknown) => {
    if (!(error instanceof PointsmanError)) throw error;
    return null;
  });
  if (base === null) {
    // The CI makes no typing errors.
    const near = named === undefined ? undefined : await nearRef(named, repo);
    throw new PointsmanError("ref-unknown", `The base ${printable(shortRef(ref))} is not in this clone.`, {
      hint: near === undefined ? hint : `Did you mean ${near}?`,
    });
  }
  const merge = await repo.mergeBase(base, head);
  if (merge === null)
    throw new PointsmanError(
      "ref-unknown",
      `${printable(shortRef(ref))} and this commit have no common ancestor in this clone.`,
      {
        hint,
      },
    );
  return merge;
}

/**
 * What a pull request started from. That may be nothing: some pull request brings the first pointers.
 * Its pointsman.yaml says which remote gets the token, so it has to be readable.
 * @throws ProblemsError
 */
export async function readBase(workspace: Workspace, base: string): Promise<Snapshot> {
  const snapshot = await readSnapshot(workspace, base, true);
  refuseConfigProblems(snapshot, `the base ${base.slice(0, 8)} names no remote that can be believed`);
  return snapshot;
}

/**
 * The config that says where a token goes: in the job of a pull request not the pull request's own,
 * which could name any server.
 */
export async function believedConfig(
  workspace: Workspace,
  { config }: Snapshot,
  environment: Environment,
): Promise<Config> {
  const base = await findBase(workspace, undefined, await workspace.repo.head(), environment);
  return base === null ? config : (await readBase(workspace, base)).config;
}

function fromEnvironment({
  GITHUB_BASE_REF,
  CI_MERGE_REQUEST_TARGET_BRANCH_SHA,
  CI_MERGE_REQUEST_DIFF_BASE_SHA,
}: Environment): string | undefined {
  // GitHub sets it, empty, in jobs that are of no pull request.
  // In full: a tag or a branch called origin/main, which anybody may push, would come before it.
  if (GITHUB_BASE_REF !== undefined && GITHUB_BASE_REF !== "")
    return `refs/remotes/origin/${GITHUB_BASE_REF}`;
  // GitLab sets the first, empty, in pipelines that are not for merged results; there it is what was merged into.
  return CI_MERGE_REQUEST_TARGET_BRANCH_SHA || CI_MERGE_REQUEST_DIFF_BASE_SHA || undefined;
}

function shortRef(ref: string): string {
  return ref.replace(/^refs\/remotes\//, "");
}
