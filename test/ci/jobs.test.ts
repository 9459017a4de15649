import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { githubJob } from "../../src/ci/github-job.ts";
import { gitlabJob } from "../../src/ci/gitlab-job.ts";
import type { Job } from "../../src/ci/job.ts";

const none = "0000000000000000000000000000000000000000";

async function jobOf(name: string, event: unknown, more: Record<string, string> = {}): Promise<Job> {
  const folder = await mkdtemp(join(tmpdir(), "pointsman-event-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "event.json"), JSON.stringify(event));
  return githubJob({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: join(folder, "event.json"), ...more });
}

describe("a job of GitHub Actions", () => {
  const branch = { GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "main", GITHUB_SHA: "abc" };

  it("started by hand, or by the push of a new branch, has no commit before it", async () => {
    const repository = { default_branch: "main" };
    for (const [name, event] of [
      ["workflow_dispatch", { repository }],
      ["push", { repository, before: none }],
    ] as const)
      expect(await jobOf(name, event, branch)).toEqual({
        kind: "push",
        branch: "main",
        defaultBranch: "main",
        commit: "abc",
        before: null,
      });
  });

  it("on pull_request_target is refused, since its checkout is the base's", async () => {
    await expect(jobOf("pull_request_target", {})).rejects.toMatchObject({
      code: "usage",
      hint: expect.stringContaining("Use pull_request:") as string,
    });
  });

  it("on what nobody knows, of a tag, or without an event, is refused", async () => {
    await expect(jobOf("issue_comment", {})).rejects.toThrow("nothing to do on issue_comment");
    await expect(jobOf("push", {}, { ...branch, GITHUB_REF_TYPE: "tag" })).rejects.toThrow(
      "nothing to do on the push of a tag",
    );
    await expect(jobOf("pull_request", { pull_request: { number: 7 } })).rejects.toThrow(
      "The pull_request event has no pull_request.base.ref.",
    );
    await expect(jobOf("push", {}, { GITHUB_SHA: "abc" })).rejects.toThrow("no GITHUB_REF_NAME of a branch");
    await expect(githubJob({ GITHUB_EVENT_NAME: "push" })).rejects.toThrow("GITHUB_EVENT_PATH");
  });
});

describe("a job of GitLab CI", () => {
  it("of a pipeline for merged results is known by the request's own commit, and starts from its target's", () => {
    const environment = {
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_IID: "7",
      CI_MERGE_REQUEST_DIFF_BASE_SHA: "base",
      CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "head",
      CI_MERGE_REQUEST_TARGET_BRANCH_SHA: "target",
      CI_COMMIT_SHA: "merged",
    };
    expect(gitlabJob(environment)).toEqual({ kind: "review", request: 7, base: "target", head: "head" });
    const detached = { CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "", CI_MERGE_REQUEST_TARGET_BRANCH_SHA: "" };
    expect(gitlabJob({ ...environment, ...detached })).toMatchObject({ base: "base", head: "merged" });
  });

  it("that is none of ours is refused", () => {
    expect(() => gitlabJob({ CI_PIPELINE_SOURCE: "push" })).toThrow("CI_COMMIT_BRANCH is not set");
    expect(() => gitlabJob({ CI_PIPELINE_SOURCE: "pipeline", CI_COMMIT_BRANCH: "main" })).toThrow(
      "nothing to do",
    );
  });
});
