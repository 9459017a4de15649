import { expect, test } from "vitest";
import { makeRepo, type TestRepo } from "../cli/kit.ts";
import { openWorkspace } from "../../src/workspace/open-workspace.ts";
import { sourceOfSync } from "../../src/workspace/sync-source.ts";

const repository = "https://git.example.com/acme/pointers";
const job = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://git.example.com",
  GITHUB_REPOSITORY: "acme/pointers",
  GITHUB_SHA: "a".repeat(40),
  GITHUB_REF: "refs/heads/main",
  GITHUB_ACTOR: "grace",
  GITHUB_RUN_ID: "77",
};

async function sourceOf(
  repo: TestRepo,
  env: Record<string, string> = {},
  commit = repo.git("rev-parse", "HEAD"),
) {
  const environment = { ...process.env, ...env };
  return sourceOfSync(await openWorkspace(repo.dir, environment), commit, "main", environment);
}

test("from a person's clone: its server without the password, the commit, the branch, and the committer", async () => {
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n" });
  const commit = repo.git("rev-parse", "HEAD");
  expect(await sourceOf(repo)).toEqual({ commit, ref: "refs/heads/main", actor: "Ada Lovelace" });
  repo.git("remote", "add", "origin", "https://ada:s3cret@git.example.com/acme/pointers.git");
  expect(await sourceOf(repo)).toMatchObject({ repository });
  // Without the git program nobody knows who works here.
  expect(await sourceOf(repo, { POINTSMAN_GIT: "js" })).toEqual({
    repository,
    commit,
    ref: "refs/heads/main",
  });
});

test("from a CI's job: what the job says, but the commit that is synced", async () => {
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n" });
  expect(await sourceOf(repo, job)).toEqual({
    repository,
    commit: repo.git("rev-parse", "HEAD"),
    ref: "refs/heads/main",
    actor: "grace",
    runUrl: `${repository}/actions/runs/77`,
  });
});

test("after a merge GitHub's job is of no pull request: the commit's subject names it", async () => {
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n" });
  const merge = repo.commit("Merge pull request #12 from ada/promote-v2");
  const squash = repo.commit("Promote v3 (#13)");
  const other = repo.commit("See (#14) for why");
  const requestOf = async (commit: string, env = {}) => (await sourceOf(repo, env, commit)).pullRequest;
  expect(await requestOf(merge, job)).toBe(`${repository}/pull/12`);
  expect(await requestOf(squash, job)).toBe(`${repository}/pull/13`);
  expect(await requestOf(other, job)).toBeUndefined();
  expect(await requestOf(merge)).toBeUndefined();
});
