import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultyProxy } from "../sync/faulty-proxy.ts";
import {
  closeAtEnd,
  makeFolder,
  makeRepo,
  openRegistry,
  openRepo,
  pointerFile,
  token,
  type TestRepo,
} from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const locked = (target: string): string =>
  `pointers:\n  myuser/gptneo:stable:\n    target: ${target}\n    locked: true\n\n  myuser/gptneo:prod: pipeline_a\n`;

/** main with pointers, and a branch `change` from it; main has moved on since. */
async function pullRequest(
  change: Readonly<Record<string, string>>,
  env = {},
  config = "version: 1\n",
): Promise<TestRepo> {
  const repo = await makeRepo({ "pointsman.yaml": config, [file]: locked("pipeline_a") }, env);
  repo.git("switch", "--quiet", "--create", "change");
  for (const [path, content] of Object.entries(change)) await repo.write(path, content);
  repo.commit("Change");
  repo.git("switch", "--quiet", "main");
  await repo.write("pointers/other/model.yaml", pointerFile({ "other/model:latest": "pipeline_b" }));
  repo.commit("Meanwhile");
  repo.git("switch", "--quiet", "change");
  return repo;
}

describe("a pull request", () => {
  it("that moves a locked pointer has a problem, by --base and by what GitHub and GitLab say", async () => {
    const repo = await pullRequest({ [file]: locked("pipeline_z") });
    repo.git("update-ref", "refs/remotes/origin/main", "main");
    expect((await repo.here(["validate"])).code).toBe(0);
    for (const [args, env] of [
      [["--base", "main"], {}],
      [[], { GITHUB_BASE_REF: "main" }],
      [[], { CI_MERGE_REQUEST_DIFF_BASE_SHA: repo.git("rev-parse", "main~1") }],
      [["--ref", "change", "--base", "main"], {}],
    ] as const) {
      const ran = await repo.here(["validate", ...args], { env });
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(/gptneo\.yaml:3:13 error .*is locked, .*\[locked-move\]/);
    }
    expect((await repo.here(["validate"], { env: { GITHUB_BASE_REF: "" } })).code).toBe(0);
    const named = await repo.here(["validate", "--base", "change"], { env: { GITHUB_BASE_REF: "main" } });
    expect(named.code).toBe(0);
  });

  it("is planned for what it moves, and for nothing else", async () => {
    const registry = await openRegistry();
    const content = locked("pipeline_a").replace("prod: pipeline_a", "prod: pipeline_c");
    const repo = await pullRequest({ [file]: content }, registry.env);
    repo.git("update-ref", "refs/remotes/origin/main", "main");
    // In its job too, by the history of the branch that it is for: that has moved on, and overtakes nothing of it.
    for (const [args, env] of [
      [["--base", "main"], {}],
      [[], { GITHUB_BASE_REF: "main" }],
    ] as const) {
      const ran = await repo.here(["plan", ...args, "--format", "json"], { env });
      expect(JSON.parse(ran.stdout)).toMatchObject({
        changes: [{ pointer: "myuser/gptneo:prod", after: { pipeline: "pipeline_c" } }],
        undeclared: [],
      });
      const other = await repo.here(["plan", "myuser/gptneo:stable", ...args, "--format", "json"], { env });
      expect(JSON.parse(other.stdout)).toMatchObject({ changes: [] });
    }
  });

  it("that brings the first pointers is validated against nothing", async () => {
    const repo = await makeRepo({ "README.md": "x" });
    repo.git("switch", "--quiet", "--create", "change");
    await repo.write("pointsman.yaml", "version: 1\n");
    await repo.write(file, locked("pipeline_a"));
    repo.commit();
    expect((await repo.here(["validate", "--base", "main"])).code).toBe(0);
  });

  it("whose base is not in the clone says how to fetch it", async () => {
    const repo = await pullRequest({});
    const clone = openRepo(await makeFolder());
    clone.git("clone", "--quiet", "--depth", "1", "--branch", "change", `file://${repo.dir}`, ".");
    for (const [args, env] of [
      [["--base", "main"], {}],
      [[], { GITHUB_BASE_REF: "main" }],
      [[], { CI_MERGE_REQUEST_DIFF_BASE_SHA: "0123456789012345678901234567890123456789" }],
    ] as const) {
      const ran = await clone.here(["validate", ...args], { env });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/is not in this clone[^]*fetch-depth: 0/);
    }
    clone.git("fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main");
    expect((await clone.here(["validate", "--base", "main"])).stderr).toMatch(
      /no common ancestor[^]*fetch-depth: 0/,
    );
  });
});

it("a pull request that brings a registry of its own gets no plan by it", async () => {
  const repo = await pullRequest({ [file]: pointerFile({ "myuser/gptneo:prod": "pipeline_z" }) });
  await repo.here(["init"]);
  expect((await repo.here(["plan", "--base", "main"])).code).toBe(0);
  repo.git("add", "--force", ".pointsman");
  repo.git("commit", "--quiet", "--message", "Bring what the plan is to say");
  for (const args of [
    ["plan", "--base", "main"],
    ["plan", "--remote", "embedded"],
    ["sync", "--yes"],
  ]) {
    const ran = await repo.here(args);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/\.pointsman\/ is committed here[^]*git rm -r --cached/);
  }
});

describe("a pull request that would send the token elsewhere", () => {
  const configOf = (url: string): string =>
    `version: 1\nremotes:\n  prod:\n    url: ${url}\n    token: \${POINTSMAN_TOKEN}\ndefault_remote: prod\n`;
  const env = { POINTSMAN_TOKEN: token };

  it.each([["plan"], ["list"], ["sync"], ["resolve"], ["publish"]])(
    "has %s talk to the base's remote",
    async (command) => {
      const registry = await openRegistry();
      const thief = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => ({ status: 400 })));
      const change = {
        "pointsman.yaml": configOf(thief.url),
        [file]: pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v1" }),
      };
      const repo = await pullRequest(change, env, configOf(registry.url));
      repo.git("update-ref", "refs/remotes/origin/main", "main");
      const names =
        command === "resolve" ? ["myuser/gptneo:prod"] : command === "publish" ? ["myuser/gptneo"] : [];
      const ran = await repo.here([command, ...names], { env: { GITHUB_BASE_REF: "main" } });
      expect(ran.code).toBeLessThan(2);
      expect(thief.seen).toEqual([]);
      if (command === "plan") {
        const named = await repo.here(["plan", "--base", "main", "--remote", "prod"]);
        expect(named.stderr).toContain(registry.url);
        expect(thief.seen).toEqual([]);
        // Outside a pull request's job the working tree's own config counts.
        expect((await repo.here(["plan"])).code).toBe(1);
        expect(thief.seen).not.toEqual([]);
      }
    },
  );

  it.each(["git", "js"])("by a tag or a branch called origin/main, with %s", async (reader) => {
    const thief = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => ({ status: 400 })));
    const registry = await openRegistry();
    const repo = await pullRequest({ "pointsman.yaml": configOf(thief.url) }, env, configOf(registry.url));
    repo.git("update-ref", "refs/remotes/origin/main", "main");
    repo.git("tag", "origin/main", "change");
    repo.git("update-ref", "refs/heads/origin/main", "change");
    const ran = await repo.here(["plan"], { env: { GITHUB_BASE_REF: "main", POINTSMAN_GIT: reader } });
    expect(ran.stderr).toContain(registry.url);
    expect(thief.seen).toEqual([]);
  });

  it.each(["git", "js"])("by a tag that is called as the base in full, with %s", async (reader) => {
    const thief = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => ({ status: 400 })));
    const repo = await pullRequest({ "pointsman.yaml": configOf(thief.url) }, env, configOf(thief.url));
    repo.git("tag", "refs/remotes/origin/main", "change");
    repo.git("update-ref", "refs/remotes/origin/refs/remotes/origin/main", "change");
    const ran = await repo.here(["plan"], { env: { GITHUB_BASE_REF: "main", POINTSMAN_GIT: reader } });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/The base origin\/main is not in this clone/);
    expect(thief.seen).toEqual([]);
  });

  it("by a submodule, also where the request is checked out in a linked worktree", async () => {
    const thief = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => ({ status: 400 })));
    const inner = await makeRepo({ "pointsman.yaml": configOf(thief.url) });
    const repo = await pullRequest({}, env);
    const linked = openRepo(join(await makeFolder(), "linked"));
    repo.git("worktree", "add", "--quiet", "--detach", linked.dir);
    linked.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.dir, "models");
    const models = openRepo(join(linked.dir, "models"));
    models.git("update-ref", "refs/remotes/origin/main", "HEAD");
    const ran = await models.here(["plan"], { env: { ...env, GITHUB_BASE_REF: "main" } });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("This is a submodule");
    expect(thief.seen).toEqual([]);
  });

  it("has no remote where the base's config cannot be read", async () => {
    const thief = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => ({ status: 400 })));
    const repo = await pullRequest(
      { "pointsman.yaml": configOf(thief.url) },
      env,
      "version: 1\nremotes: 3\n",
    );
    const ran = await repo.here(["plan", "--base", "main"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/pointsman\.yaml:2:10/);
    expect(thief.seen).toEqual([]);
  });
});
