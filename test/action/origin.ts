import { makeFolder, makeRepo, openRepo, type TestRepo } from "../cli/kit.ts";
import { headOf } from "../git/head-of.ts";
import type { ActionJob } from "./runner.ts";
import type { Github } from "./github.ts";

/** A git server with a branch main, and pull requests as GitHub keeps them. */
export interface Origin {
  /** Somebody's clone. */
  readonly work: TestRepo;
  /** Makes a branch from main, or from where it is told. Gives its newest commit. */
  branch(name: string, files: Readonly<Record<string, string>>, from?: string): Promise<string>;
  /** Makes a pull request of a branch, or brings it up to date: its head and its merge commit. */
  request(number: number, branch: string): { head: string; merge: string };
  /** Merges a request into main as its buttons do. Gives main before and after. */
  merge(number: number, how?: "merge" | "squash"): { before: string; after: string };
  /** A checkout as actions/checkout makes it, with fetch-depth: 0. */
  checkout(ref: string): Promise<string>;
}

export async function openOrigin(files: Readonly<Record<string, string>>): Promise<Origin> {
  const work = await makeRepo(files);
  const server = openRepo(await makeFolder());
  server.git("init", "--quiet", "--bare", "--initial-branch", "main");
  work.git("remote", "add", "origin", server.dir);
  const push = (...refs: string[]): string => work.git("push", "--quiet", "--force", "origin", ...refs);
  push("main");
  return {
    work,
    async branch(name, changes, from = "main") {
      work.git("switch", "--quiet", "--force-create", name, from);
      for (const [path, text] of Object.entries(changes)) await work.write(path, text);
      const head = work.commit(`Change ${name}`);
      work.git("switch", "--quiet", "main");
      return head;
    },
    request(number, branch) {
      const head = work.git("rev-parse", branch);
      work.git("switch", "--quiet", "--detach", "main");
      work.git("merge", "--quiet", "--no-ff", "--message", `Merge ${branch} into main`, branch);
      const merge = headOf(work.dir);
      work.git("switch", "--quiet", "main");
      push(`${head}:refs/pull/${number}/head`, `${merge}:refs/pull/${number}/merge`);
      return { head, merge };
    },
    merge(number, how = "merge") {
      const before = headOf(work.dir);
      const head = server.git("rev-parse", `refs/pull/${number}/head`);
      if (how === "merge") work.git("merge", "--quiet", "--no-ff", "--message", `Merge #${number}`, head);
      else {
        work.git("merge", "--quiet", "--squash", head);
        work.commit(`Squashed (#${number})`);
      }
      push("main");
      return { before, after: headOf(work.dir) };
    },
    async checkout(ref) {
      const clone = await makeRepo();
      clone.git("remote", "add", "origin", server.dir);
      const own = ref.replace(/^refs\/pull\//, "refs/remotes/pull/");
      const pull = own === ref ? [] : [`+${ref}:${own}`];
      clone.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", ...pull);
      clone.git("checkout", "--quiet", "--force", "--detach", own);
      return clone.dir;
    },
  };
}

/** The job of a pull request's event. */
export async function pullRequestJob(origin: Origin, github: Github, number: number): Promise<ActionJob> {
  const merge = `refs/pull/${number}/merge`;
  const workspace = await origin.checkout(merge);
  const head = openRepo(workspace).git("rev-parse", "HEAD^2");
  return {
    event: "pull_request",
    payload: {
      repository: { default_branch: "main" },
      pull_request: { number, head: { sha: head }, base: { ref: "main" } },
    },
    workspace,
    github: {
      GITHUB_SHA: headOf(workspace),
      GITHUB_REF: merge,
      GITHUB_REF_NAME: `${number}/merge`,
      GITHUB_BASE_REF: "main",
    },
    apiUrl: github.url,
  };
}

/** The job of a push to main. */
export async function pushJob(
  origin: Origin,
  github: Github,
  { before, after }: { readonly before: string; readonly after: string },
): Promise<ActionJob> {
  return {
    event: "push",
    payload: { repository: { default_branch: "main" }, before, after },
    workspace: await origin.checkout(after),
    github: {
      GITHUB_SHA: after,
      GITHUB_REF: "refs/heads/main",
      GITHUB_REF_NAME: "main",
      GITHUB_REF_TYPE: "branch",
    },
    apiUrl: github.url,
  };
}
