import type { Environment } from "../model/environment.ts";
import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";
import { type Job, type Run, noCommit } from "./job.ts";

/**
 * What a job of GitLab CI is there for, by its pipeline's source.
 * @throws PointsmanError `usage`, `environment-invalid`
 */
export function gitlabJob(environment: Environment): Job {
  const source = environment["CI_PIPELINE_SOURCE"] ?? "";
  const needed = (name: string): string => {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
    throw new PointsmanError("environment-invalid", `${name} is not set in this job.`);
  };
  if (source === "merge_request_event") {
    return {
      kind: "review",
      request: Number(needed("CI_MERGE_REQUEST_IID")),
      // A pipeline for merged results has its target's own moves checked out too. Only there it names the target.
      base: environment["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] || needed("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
      // CI_COMMIT_SHA is a commit that nobody made then.
      head: environment["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] || needed("CI_COMMIT_SHA"),
    };
  }
  const branch = needed("CI_COMMIT_BRANCH");
  const defaultBranch = environment["CI_DEFAULT_BRANCH"] || null;
  if (source === "schedule") return { kind: "watch", branch, defaultBranch };
  if (["push", "web", "api", "trigger"].includes(source)) {
    const before = environment["CI_COMMIT_BEFORE_SHA"] ?? "";
    return {
      kind: "push",
      branch,
      defaultBranch,
      commit: needed("CI_COMMIT_SHA"),
      before: noCommit.test(before) || before === "" ? null : before,
    };
  }
  throw new PointsmanError("usage", `There is nothing to do in a pipeline of ${printable(source)}.`, {
    hint: "It works in pipelines of merge requests, of branches and of schedules.",
  });
}

export function gitlabRun({ CI_JOB_ID, CI_JOB_URL }: Environment): Run {
  return { id: Number(CI_JOB_ID ?? 0), attempt: 1, url: CI_JOB_URL ?? "" };
}
