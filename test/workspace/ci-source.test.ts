import { describe, expect, it } from "vitest";
import { sourceOfCi } from "../../src/workspace/ci-source.ts";

const github = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://git.example.com",
  GITHUB_REPOSITORY: "acme/pointers",
  GITHUB_SHA: "a".repeat(40),
  GITHUB_REF: "refs/heads/main",
  GITHUB_ACTOR: "ada",
  GITHUB_RUN_ID: "77",
};
const gitlab = {
  GITLAB_CI: "true",
  CI_PROJECT_URL: "https://git.example.com/acme/pointers",
  CI_COMMIT_SHA: "b".repeat(40),
  CI_COMMIT_BRANCH: "main",
  GITLAB_USER_LOGIN: "ada",
  CI_JOB_URL: "https://git.example.com/acme/pointers/-/jobs/9",
};

describe("where a CI says that a job comes from", () => {
  it("GitHub Actions: repository, commit, ref, actor and run", () => {
    expect(sourceOfCi(github)).toEqual({
      repository: "https://git.example.com/acme/pointers",
      commit: "a".repeat(40),
      ref: "refs/heads/main",
      actor: "ada",
      runUrl: "https://git.example.com/acme/pointers/actions/runs/77",
    });
  });

  it("GitHub Actions: the pull request, and who started the run again", () => {
    const again = { ...github, GITHUB_REF: "refs/pull/12/merge", GITHUB_TRIGGERING_ACTOR: "grace" };
    expect(sourceOfCi(again)).toMatchObject({
      actor: "grace",
      pullRequest: "https://git.example.com/acme/pointers/pull/12",
    });
  });

  it("GitLab CI: repository, commit, ref, actor and run", () => {
    expect(sourceOfCi(gitlab)).toEqual({
      repository: "https://git.example.com/acme/pointers",
      commit: "b".repeat(40),
      ref: "refs/heads/main",
      actor: "ada",
      runUrl: "https://git.example.com/acme/pointers/-/jobs/9",
    });
    expect(sourceOfCi({ ...gitlab, CI_COMMIT_BRANCH: "", CI_COMMIT_TAG: "r1" }).ref).toBe("refs/tags/r1");
  });

  it("GitLab CI: the merge request, in the project that it is for", () => {
    const request = {
      ...gitlab,
      CI_COMMIT_BRANCH: undefined,
      CI_MERGE_REQUEST_IID: "4",
      CI_MERGE_REQUEST_PROJECT_URL: "https://git.example.com/acme/upstream",
      CI_MERGE_REQUEST_REF_PATH: "refs/merge-requests/4/head",
    };
    expect(sourceOfCi(request)).toMatchObject({
      ref: "refs/merge-requests/4/head",
      pullRequest: "https://git.example.com/acme/upstream/-/merge_requests/4",
    });
  });

  it("neither: nothing, whatever else is set", () => {
    expect(sourceOfCi({ ...github, GITHUB_ACTIONS: undefined })).toEqual({});
    expect(sourceOfCi({})).toEqual({});
  });

  it.each([
    ["too long", "x".repeat(513)],
    ["of two lines", "main\nx-evil: 1"],
    ["with an escape", "\u001b[31mmain"],
    ["written backwards", "main\u202e"],
    ["empty", "  "],
  ])("a part that is %s is left out", (_, text) => {
    const source = sourceOfCi({ ...github, GITHUB_REF: text, GITHUB_ACTOR: text, GITHUB_REPOSITORY: text });
    expect(source).toEqual({ commit: "a".repeat(40) });
  });
});
