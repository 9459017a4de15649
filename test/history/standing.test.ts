import { beforeAll, expect, it } from "vitest";
import { openRepo } from "../../src/git/open-repo.ts";
import { proposedBy } from "../../src/history/standing.ts";
import type { Repo } from "../../src/model/repo.ts";
import { type TestRepo, makeRepo } from "../cli/kit.ts";

let repo: Repo;
let made: TestRepo;

beforeAll(async () => {
  made = await makeRepo({ "a.txt": "a" });
  made.git("switch", "--quiet", "--create", "request");
  made.commit("Request");
  made.git("switch", "--quiet", "main");
  made.commit("Main");
  made.git("switch", "--quiet", "--detach", "main");
  made.git("merge", "--quiet", "--no-ff", "--message", "Tried", "request");
  made.git("branch", "tried");
  made.git("switch", "--quiet", "--create", "caught-up", "request");
  made.git("merge", "--quiet", "--no-ff", "--message", "Caught up", "main");
  repo = await openRepo(made.dir, process.env);
});

it.each([
  ["a commit is explained by itself", "request", "Request"],
  ["a merge that tries a request by the request", "tried", "Request"],
  ["a request that took the branch in by itself", "caught-up", "Caught up"],
])("of what a branch does not have yet, %s", async (_, branch, subject) => {
  const info = await proposedBy(made.git("rev-parse", branch), made.git("rev-parse", "main"), repo);
  expect(info?.subject).toBe(subject);
});
