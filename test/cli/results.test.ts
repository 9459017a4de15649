import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { chain, chainFile as file, makeFolder, makeRepo, openRegistry, pointerFile } from "./kit.ts";

const json = ["--format", "json"];

describe("the loop", () => {
  it("goes from nothing to a moved pointer, and each step says what it did as JSON", async () => {
    const registry = await openRegistry();
    const repo = await makeRepo({}, registry.env);
    // Each command once as the program that is built.
    const started = new Set<string | undefined>();
    const ask = async (code: number, ...args: string[]): Promise<unknown> => {
      const line = [...args, ...json];
      const ran = await (started.has(args[0]) ? repo.here(line) : repo.run(line));
      started.add(args[0]);
      expect(ran.code).toBe(code);
      return JSON.parse(ran.stdout);
    };
    await ask(0, "init");
    const first = (await ask(0, "publish", "myuser/gptneo")) as { id: string };
    const second = (await ask(0, "publish", "myuser/gptneo", "--image", "gptneo:2")) as { id: string };
    expect([first, second]).toMatchObject([{ pointer: "myuser/gptneo:v1" }, { pointer: "myuser/gptneo:v2" }]);

    expect(await ask(0, "set", "myuser/gptneo:stable", "myuser/gptneo:v1")).toEqual({
      pointer: "myuser/gptneo:stable",
      file,
      before: null,
      after: { target: "myuser/gptneo:v1", locked: false },
      commit: null,
    });
    await ask(0, "create", "pointers", "myuser/gptneo:prod", "myuser/gptneo:stable");
    expect(await ask(0, "validate")).toEqual({ problems: [] });
    expect(await ask(0, "plan")).toMatchObject({ commit: null, summary: { create: 2 } });
    const commit = repo.commit();

    expect(await ask(2, "plan", "--detailed-exitcode")).toMatchObject({
      version: 1,
      commit,
      remote: { name: "POINTSMAN_URL", url: registry.url },
      changes: [
        {
          action: "create",
          pointer: "myuser/gptneo:prod",
          before: null,
          after: { pipeline: first.id, locked: false },
          via: ["myuser/gptneo:stable", "myuser/gptneo:v1"],
          cause: {},
        },
        { action: "create", pointer: "myuser/gptneo:stable" },
      ],
      blocked: [],
      undeclared: [],
      warnings: [],
      summary: { create: 2, update: 0, delete: 0, unchanged: 0, blocked: 0 },
    });
    expect(await ask(1, "sync")).toMatchObject({ error: { code: "not-confirmed" } });
    expect(await registry.values()).toEqual({});
    expect(await ask(0, "sync", "--yes")).toMatchObject({
      version: 1,
      commit,
      remote: { name: "POINTSMAN_URL" },
      results: [
        { pointer: "myuser/gptneo:prod", action: "create", status: "applied" },
        { pointer: "myuser/gptneo:stable", action: "create", status: "applied" },
      ],
      summary: { applied: 2, skipped: 0, failed: 0, unchanged: 0 },
    });
    expect(await registry.values()).toEqual({
      "myuser/gptneo:prod": first.id,
      "myuser/gptneo:stable": first.id,
    });
    expect(await ask(0, "sync")).toMatchObject({ results: [], summary: { applied: 0, unchanged: 2 } });
    expect(await ask(0, "plan", "--detailed-exitcode")).toMatchObject({
      changes: [],
      summary: { unchanged: 2 },
    });

    const listed = await ask(0, "list");
    expect(listed).toEqual({
      pointers: [
        {
          pointer: "myuser/gptneo:prod",
          target: "myuser/gptneo:stable",
          pipeline: first.id,
          locked: false,
          state: "synced",
        },
        expect.objectContaining({ pointer: "myuser/gptneo:stable", state: "synced" }),
        expect.objectContaining({ pointer: "myuser/gptneo:v1", target: null, state: "version" }),
        expect.objectContaining({ pointer: "myuser/gptneo:v2", pipeline: second.id }),
      ],
    });
    expect(await ask(0, "get", "pointers")).toEqual(listed);
    expect(await ask(0, "list", "myuser/*:prod")).toMatchObject({
      pointers: [{ pointer: "myuser/gptneo:prod" }],
    });
    expect(await ask(0, "resolve", "myuser/gptneo:prod")).toEqual({
      pointer: "myuser/gptneo:prod",
      chain: ["myuser/gptneo:prod", "myuser/gptneo:stable", "myuser/gptneo:v1"],
      pipeline: first.id,
    });

    // One edit moves what chains onto it too.
    await ask(0, "set", "myuser/gptneo:stable", second.id);
    repo.commit();
    expect(await ask(0, "plan", "myuser/gptneo:prod")).toMatchObject({ summary: { update: 1 } });
    await ask(0, "sync", "--yes");
    expect(await registry.values()).toEqual({
      "myuser/gptneo:prod": second.id,
      "myuser/gptneo:stable": second.id,
    });
    expect(await ask(1, "remove", "myuser/gptneo:stable")).toMatchObject({
      error: { code: "pointer-in-use" },
    });
    await ask(0, "remove", "myuser/gptneo:prod");
    expect(await repo.read(file)).not.toContain("prod");
  });
});

it("what the remote has otherwise is said by list, and by resolve where that remote is asked", async () => {
  const registry = await openRegistry();
  const [first = "", second = ""] = await registry.publish("a/b", 2);
  const config = `version: 1\nremotes:\n  prod:\n    url: ${registry.url}\n    token: \${POINTSMAN_TOKEN}\n`;
  const repo = await makeRepo(
    {
      "pointsman.yaml": config,
      "pointers/a/b.yaml": pointerFile({ "a/b:prod": "a/b:v2", "a/b:lock": "a/b:v1", "a/b:none": second }),
    },
    registry.env,
  );
  await registry.remote.create("a/b:prod", { pipeline: first, locked: false });
  await registry.remote.create("a/b:lock", { pipeline: first, locked: true });
  const { stdout } = await repo.here(["list", "a/b"]);
  expect(stdout).toMatch(/^a\/b:prod .* differs: :v1 there$/m);
  expect(stdout).toMatch(/^a\/b:lock .* locked +differs: :v1, locked there$/m);
  const resolve = async (...args: string[]) => repo.here(["resolve", ...args]);
  const named = await resolve("a/b:prod", "--remote", "prod");
  expect(named.stdout).toContain(second);
  const remote = `Remote: prod (${registry.url})\n`;
  expect(named.stderr).toBe(
    `${remote}prod has a/b:prod at a/b:v1: what follows is declared here. \`pointsman plan --remote prod\` says why.\n`,
  );
  expect((await resolve("a/b:none", "--remote", "prod")).stderr).toMatch(
    /^Remote: .*\nprod has no a\/b:none: /,
  );
  expect((await resolve("a/b:lock", "--remote", "prod")).stderr).toBe(remote);
  expect((await resolve("a/b:prod")).stderr).toBe(
    `Remote: POINTSMAN_URL (${registry.url})\nPOINTSMAN_URL has a/b:prod at a/b:v1: what follows is declared here. \`pointsman plan\` says why.\n`,
  );
  // An id that is declared is nobody else's to say.
  expect((await resolve("a/b:none")).stderr).toBe("");
  // What is suggested is about the remote that was named, not about another.
  const saidOf = async (...args: string[]) => {
    const ran = await repo.here([...args, "--remote", "prod"]);
    return ran.stdout + ran.stderr;
  };
  await registry.remote.create("a/b:new", { pipeline: first, locked: false });
  expect(await saidOf("adopt", "a/b:none")).toContain("`pointsman sync --remote prod` makes it;");
  expect(await saidOf("adopt", "a/b:new")).toContain("`pointsman import a/b:new --remote prod` declares it");
  for (const args of [
    ["plan", "a/b:strange"],
    ["adopt", "a/b:strange"],
    ["import", "c/d"],
    ["resolve", "c/d:ee"],
  ])
    expect(await saidOf(...args)).toContain("`pointsman list --remote prod` shows");
  // And so is what may have been meant.
  for (const command of ["resolve", "list", "import"])
    expect(await saidOf(command, "a/b:v99")).toContain("The newest version there is a/b:v2.");
  expect(await saidOf("import", "a/b:lokc")).toContain("Did you mean a/b:lock? Nothing was written.");
  expect(await saidOf("import", "a/bb")).toContain("Did you mean a/b? Nothing was written.");
  expect(await saidOf("resolve", "a/b")).toContain("`pointsman list a/b --remote prod` shows");
  expect(await saidOf("tokens", "revoke", "nobody's")).toContain(
    "`pointsman tokens list --remote prod` shows",
  );
  const imported = await saidOf("import");
  expect(imported).toContain("`pointsman adopt a/b:prod --remote prod` takes it over\n");
  expect(imported).toContain("`pointsman plan --remote prod` then has nothing to do");
  // The version and the pointer are in one listing.
  const { stderr } = await repo.run(["resolve", "a/b:prod", "--remote", "prod", "--profile"]);
  expect(stderr).toContain(" 1 requests\n");
});

it("resolve of what is no pointer's name says what one looks like, but for an id of the remote", async () => {
  const registry = await openRegistry();
  const [id = ""] = await registry.publish("a/b");
  const repo = await makeRepo({ "pointers/a/b.yaml": pointerFile({ "a/b:prod": id }) }, registry.env);
  const resolve = async (name: string, env = {}) => repo.here(["resolve", name], { env });
  expect(await resolve(id)).toMatchObject({ code: 0, stdout: `${id}\n  → ${id}\n` });
  const latest = await resolve("latest");
  expect(latest).toMatchObject({ code: 1, stdout: "" });
  expect(latest.stderr).toContain(
    'error: "latest" is no pointer\'s name, as in "username/pipeline:tag", and no pointer of POINTSMAN_URL leads to a pipeline of that id.\n',
  );
  const noTag = 'is no pointer\'s name: it has no tag, as in "username/pipeline:tag".\n';
  const family = await resolve("a/b");
  expect(family).toMatchObject({ code: 1, stdout: "" });
  expect(family.stderr).toContain(`error: "a/b" ${noTag}  \`pointsman list a/b\` shows its pointers.\n`);
  expect((await resolve("a/b:x")).stderr).toContain("  `pointsman list a/b` shows its pointers.\n");
  const alone = { POINTSMAN_URL: undefined, POINTSMAN_TOKEN: undefined };
  for (const name of ["latest", "a/b"])
    expect(await resolve(name, alone)).toMatchObject({ code: 1, stderr: `error: "${name}" ${noTag}` });
});

it("resolve of what only a remote can say fails where the remote that is named is not there", async () => {
  const repo = await makeRepo({ "pointers/a/b.yaml": pointerFile({ "a/b:prod": "a/b:v1" }) });
  expect((await repo.here(["resolve", "a/b:prod"])).code).toBe(0);
  for (const name of ["a/b:prod", "a/b:v1", "a/b"]) {
    const ran = await repo.here(["resolve", name, "--remote", "prdo"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain('names a remote "prdo"');
  }
});

it("list of one name follows no other chain: those of its file may lead to files that are not read", async () => {
  const registry = await openRegistry();
  const [id = ""] = await registry.publish("a/b");
  const repo = await makeRepo(
    {
      "pointers/a/b.yaml": pointerFile({ "a/b:own": id, "a/b:out": "c/d:prod" }),
      "pointers/c/d.yaml": pointerFile({ "c/d:prod": id }),
    },
    registry.env,
  );
  const listed = await repo.here(["list", "a/b:own", "--format", "json"]);
  expect(JSON.parse(listed.stdout)).toEqual({
    pointers: [{ pointer: "a/b:own", target: id, pipeline: null, locked: false, state: "missing" }],
  });
});

it("plan ends once the remote has refused it, whatever git was asked meanwhile", async () => {
  const registry = await openRegistry();
  const repo = await makeRepo({ [file]: chain }, registry.env);
  repo.git("switch", "--quiet", "--create", "side");
  repo.commit();
  repo.git("switch", "--quiet", "main");
  // Its branch's history has no end.
  const folder = await makeFolder();
  const git = repo.git("--exec-path");
  const script = `#!/bin/sh\ncase "$*" in *--no-patch*) while "${git}/git" "$@"; do :; done;; esac\nexec "${git}/git" "$@"\n`;
  await writeFile(join(folder, "git"), script, { mode: 0o755 });
  const env = {
    PATH: `${folder}${delimiter}${process.env["PATH"]}`,
    POINTSMAN_TOKEN: "not-the-registry's",
    POINTSMAN_GIT: "git",
  };
  const ran = await repo.run(["plan", "--ref", "side"], { env });
  expect(ran).toMatchObject({ code: 1, signal: null });
  expect(ran.stderr).toMatch(/401: .*\n {2}the token of POINTSMAN_TOKEN is wrong, expired or revoked/);
});

// One of them waits for seconds.
describe.concurrent("exit codes", () => {
  it("1 where a pointer is blocked and nothing applied, 3 where the rest was applied", async () => {
    const registry = await openRegistry();
    await registry.publish("myuser/gptneo");
    const blocked = { "myuser/gptneo:latest": "myuser/gptneo:v9" };
    const repo = await makeRepo({ [file]: pointerFile(blocked) }, registry.env);
    expect((await repo.here(["plan"])).code).toBe(1);
    expect((await repo.here(["plan", "--detailed-exitcode"])).code).toBe(1);
    const nothing = await repo.here(["sync", "--yes", ...json]);
    expect(nothing.code).toBe(1);
    expect(JSON.parse(nothing.stdout)).toMatchObject({
      results: [{ pointer: "myuser/gptneo:latest", status: "skipped", reason: "blocked" }],
    });

    await repo.write(file, pointerFile({ ...blocked, "myuser/gptneo:stable": "myuser/gptneo:v1" }));
    repo.commit();
    const partial = await repo.here(["sync", "--yes"]);
    expect(partial.code).toBe(3);
    expect(partial.stdout).toMatch(/skipped myuser\/gptneo:latest .*v9/);
    expect(Object.keys(await registry.values())).toEqual(["myuser/gptneo:stable"]);
    // A target that the remote does not know is refused: again nothing was applied.
    expect((await repo.here(["sync", "--yes"])).code).toBe(1);

    const nowhere = { "myuser/gptneo:latest": "pipeline_nope", "myuser/gptneo:eu": "myuser/gptneo:latest" };
    await repo.write(file, pointerFile({ ...nowhere, "myuser/gptneo:stable": "myuser/gptneo:v1" }));
    const commit = repo.commit().slice(0, 8);
    const refused = await repo.here(["sync", "--yes"]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain(
      `Commit ${commit} was not synced to POINTSMAN_URL: nothing was applied.\n`,
    );
    expect(refused.stdout).toMatch(
      /failed myuser\/gptneo:eu .* 404: .*; is pipeline_nope the right target\?/,
    );
    expect(refused.stdout).toMatch(/The remote refuses 2 pointers, and would again: mend .*\n$/);
    await repo.write(file, pointerFile({ ...nowhere, "myuser/gptneo:prod": "myuser/gptneo:v1" }));
    const some = repo.commit().slice(0, 8);
    const partly = await repo.here(["sync", "--yes"]);
    expect(partly.code).toBe(3);
    expect(partly.stdout).toContain(`Synced commit ${some} to POINTSMAN_URL in part.\n`);
  });

  it("2 where fmt --check finds something", async () => {
    const repo = await makeRepo({ [file]: "pointers: {a/b:cc:   'pipeline_a'}\n" });
    await repo.write("pointers/a/b.yaml", await repo.read(file));
    const check = await repo.run(["fmt", "--check", ...json]);
    expect(check.code).toBe(2);
    expect(JSON.parse(check.stdout)).toEqual({ files: ["pointers/a/b.yaml", file] });
    expect(await repo.read(file)).toContain("{");
    expect((await repo.here(["fmt"])).code).toBe(0);
    expect(await repo.read(file)).toBe("pointers:\n  a/b:cc: pipeline_a\n");
    expect((await repo.here(["fmt", "--check"])).code).toBe(0);
    // As git checks it out with core.autocrlf.
    await repo.write(file, "pointers:\r\n  a/b:cc: pipeline_a\r\n");
    expect((await repo.here(["fmt", "--check"])).code).toBe(0);
  });

  it("1 for problems: all of them, with their places", async () => {
    const repo = await makeRepo({ [file]: `${chain}\n  myuser/gptneo:two: myuser/gptneo:two\n\n  bad: x\n` });
    const ran = await repo.here(["validate", ...json]);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      problems: [
        {
          rule: "self-reference",
          file,
          line: 8,
          column: 22,
          pointer: "myuser/gptneo:two",
          severity: "error",
          message: expect.any(String) as string,
        },
        { rule: "name-grammar", file, line: 10, column: 3 },
      ],
    });
    for (const args of [["plan"], ["sync", "--yes"], ["list"]]) {
      const refused = await repo.here([...args, ...json]);
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "files-have-problems" } });
    }
  });

  it("1 for an unreachable remote", async () => {
    const env = { POINTSMAN_URL: "http://127.0.0.1:1", POINTSMAN_TOKEN: "x" };
    const repo = await makeRepo({ [file]: chain }, env);
    const ran = await repo.run(["sync", "--yes", ...json]);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "remote-unreachable" } });
  });
});
