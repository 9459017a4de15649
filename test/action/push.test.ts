import { readFile } from "node:fs/promises";
import { expect, describe, it } from "vitest";
import { closeAtEnd, makeFolder, openRegistry, openRepo, pointerFile, token } from "../cli/kit.ts";
import { type Fault, faultyProxy } from "../sync/faulty-proxy.ts";
import type { Scripted } from "../remotes/scripted-server.ts";
import { openGithub } from "./github.ts";
import { type Origin, openOrigin, pushJob } from "./origin.ts";
import { action, runAction } from "./runner.ts";

const file = "pointers/myuser/gptneo.yaml";
const other = "pointers/myuser/whisper.yaml";
const env = { POINTSMAN_TOKEN: token };
const configOf = (url: string): string =>
  `version: 1\nremotes:\n  prod:\n    url: ${url}\n    token: \${POINTSMAN_TOKEN}\ndefault_remote: prod\n`;
const gptneo = (pointers: Record<string, string>): string =>
  pointerFile(Object.fromEntries(Object.entries(pointers).map(([tag, to]) => [`myuser/gptneo:${tag}`, to])));

/** A registry, and a repository that says of it what it has: `:stable` and `:prod` at v1. */
async function openWorld(faultOf: (write: number) => Fault | Scripted = () => "none", moreConfig = "") {
  const registry = await openRegistry();
  const ids = await registry.publish("myuser/gptneo", 3);
  const proxy = closeAtEnd(
    await faultyProxy(registry.url, ({ method }, { writes }) =>
      method === "GET" ? "none" : faultOf(writes),
    ),
  );
  const origin = await openOrigin({
    "pointsman.yaml": configOf(proxy.url) + moreConfig,
    [file]: gptneo({ stable: "myuser/gptneo:v1", prod: "myuser/gptneo:v1" }),
  });
  const github = await openGithub();
  return { registry, ids, origin, github };
}

/** Merges pull requests, one after the other, as one push; GitHub then knows which brought which commit. */
function mergeAll(
  origin: Origin,
  github: Awaited<ReturnType<typeof openGithub>>,
  numbers: readonly number[],
  how?: "squash",
): { before: string; after: string } {
  const moves = numbers.map((number) => {
    const move = origin.merge(number, how);
    const head = origin.work.git("rev-parse", `change-${number}`);
    github.state.merged.set(move.after, [{ number, head: { sha: head } }]);
    return move;
  });
  return { before: moves[0]?.before ?? "", after: moves.at(-1)?.after ?? "" };
}

async function propose(origin: Origin, number: number, changes: Record<string, string>): Promise<void> {
  await origin.branch(`change-${number}`, changes);
  origin.request(number, `change-${number}`);
}

describe("a push to the default branch", () => {
  it("is synced, and its report is kept; run again there is nothing to do", async () => {
    const { registry, ids, origin, github } = await openWorld();
    await propose(origin, 7, { [file]: gptneo({ stable: "myuser/gptneo:v2", prod: "myuser/gptneo:v1" }) });
    const job = await pushJob(origin, github, mergeAll(origin, github, [7]));
    const ran = await runAction({ ...job, env });
    expect(ran).toMatchObject({ code: 0, outputs: { "exit-code": "0", changes: "2" } });
    expect(ran.summary).toMatch(
      /### Sync to `prod`: 2 applied[^]*`myuser\/gptneo:stable` \|  \| `:v2` \| new/,
    );
    expect(ran.summary).not.toContain("shown by no request");
    expect(ran.log).not.toMatch(/^::(warning|error)/m);
    expect(await registry.values()).toEqual({ "myuser/gptneo:stable": ids[1], "myuser/gptneo:prod": ids[0] });
    const [upload] = ran.used;
    expect(upload?.uses).toMatch(/^actions\/upload-artifact@[0-9a-f]{40}$/);
    expect(upload?.with).toMatchObject({
      name: expect.stringMatching(/^pointsman-report-pointers-1-\w{8}$/) as string,
      path: ran.outputs["report"],
    });
    const report = JSON.parse(await readFile(upload?.with["path"] ?? "", "utf8")) as { commit: string };
    expect(report.commit).toBe(job.github["GITHUB_SHA"]);

    const again = await runAction({ ...job, env, run: { id: 100, attempt: 2 } });
    expect(again).toMatchObject({ code: 0, outputs: { changes: "0" } });
    expect(again.used[0]?.with["name"]).toMatch(/^pointsman-report-pointers-2-/);
    // Once more in one job: the artifact of the first use has its name already.
    const twice = await runAction({ ...job, env, isInstalled: false });
    expect(twice.used[0]?.with["name"]).not.toBe(upload?.with["name"]);
  });

  it.each([[undefined], ["squash"]] as const)(
    "says what two requests move together and neither showed (%s)",
    async (how) => {
      const { registry, ids, origin, github } = await openWorld();
      // One moves :stable; the other chains :prod onto it, and showed :prod at v1.
      await propose(origin, 7, { [file]: gptneo({ stable: "myuser/gptneo:v2", prod: "myuser/gptneo:v1" }) });
      await propose(origin, 8, {
        [file]: gptneo({ stable: "myuser/gptneo:v1", prod: "myuser/gptneo:stable" }),
      });
      mergeAll(origin, github, [7], how);
      const job = await pushJob(origin, github, mergeAll(origin, github, [8], how));
      const ran = await runAction({ ...job, env });
      expect(ran).toMatchObject({ code: 0 });
      expect((await registry.values())["myuser/gptneo:prod"]).toBe(ids[1]);
      expect(ran.log).toMatch(
        /^::warning .*1 pointer moved, and no request had shown that: myuser\/gptneo:prod\./m,
      );
      expect(ran.summary).toMatch(
        /### 1 pointer moved, shown by no request\n\nMerged together[^]*Compared with: #8\.[^]*`myuser\/gptneo:prod` \| `:v1` \| `:v2`/,
      );
    },
  );

  it("that no request brought says so, also where GitHub cannot be asked", async () => {
    const { registry, ids, origin, github } = await openWorld();
    await origin.work.write(file, gptneo({ stable: "myuser/gptneo:v3", prod: "myuser/gptneo:v1" }));
    const before = origin.work.git("rev-parse", "main");
    const after = origin.work.commit("Straight to main");
    origin.work.git("push", "--quiet", "origin", "main");
    const job = await pushJob(origin, github, { before, after });
    const ran = await runAction({ ...job, env });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.log).toMatch(/^::warning .*1 pointer moved, and no request brought these commits/m);
    github.state.intercept = () => ({ status: 404, body: { message: "Not Found" } });
    const blind = await runAction({ ...job, env });
    expect(blind.code).toBe(0);
    expect(blind.log).toMatch(/^::notice .*could not be told/m);
    github.state.intercept = () => undefined;
    const shallow = await makeFolder();
    origin.work.git("clone", "--quiet", "--depth=1", "--branch=main", `file://${origin.work.dir}`, shallow);
    const started = { event: "workflow_dispatch", payload: { repository: { default_branch: "main" } } };
    const short = await runAction({ ...job, ...started, env, workspace: shallow });
    expect(short.log).toMatch(/^::notice .*could not be told/m);
    expect(short.log).not.toMatch(/^::warning/m);
    await origin.work.write(file, gptneo({ stable: "myuser/gptneo:v2", prod: "myuser/gptneo:v1" }));
    origin.work.commit("On");
    origin.work.git("push", "--quiet", "origin", "main");
    await registry.remote.update("myuser/gptneo:stable", { pipeline: ids[1] ?? "", locked: false });
    const overtaken = await runAction({ ...job, env });
    expect(overtaken.summary).toContain("superseded");
    expect(overtaken.log).not.toMatch(/^::warning/m);
  });

  it("that merges a branch of which there is no request says so, where GitHub can be asked", async () => {
    const { origin, github } = await openWorld();
    await origin.branch("side", { [file]: gptneo({ stable: "myuser/gptneo:v2", prod: "myuser/gptneo:v1" }) });
    const before = origin.work.git("rev-parse", "main");
    origin.work.git("merge", "--quiet", "--no-ff", "--message", "By hand", "side");
    origin.work.git("push", "--quiet", "origin", "main");
    const job = await pushJob(origin, github, { before, after: origin.work.git("rev-parse", "main") });
    const ran = await runAction({ ...job, env });
    expect(ran.log).toMatch(/^::warning .*1 pointer moved, and no request brought these commits: .*:stable/m);
    const blind = await runAction({ ...job, env, inputs: { "github-token": "" } });
    expect(blind).toMatchObject({ code: 0 });
    expect(blind.log).not.toMatch(/^::warning/m);
  });

  it("that is applied in part fails with 3, says what that means, and is finished by another run", async () => {
    let isBroken = true;
    const { registry, origin, github } = await openWorld((write) =>
      isBroken && write > 1 ? "fail" : "none",
    );
    await registry.publish("myuser/whisper");
    await propose(origin, 7, { [other]: pointerFile({ "myuser/whisper:prod": "myuser/whisper:v1" }) });
    const job = await pushJob(origin, github, mergeAll(origin, github, [7]));
    const ran = await runAction({ ...job, env });
    expect(ran).toMatchObject({ code: 3, outputs: { "exit-code": "3", changes: "1" } });
    expect(ran.log).toMatch(/^::error .*Some pointers were moved and some were not \(exit code 3\)/m);
    expect(ran.log).toContain("Run this job again to finish");
    expect(ran.used).toHaveLength(1);
    isBroken = false;
    expect(await runAction({ ...job, env, run: { id: 100, attempt: 2 } })).toMatchObject({ code: 0 });
    expect(Object.keys(await registry.values())).toHaveLength(3);
  });

  it("that another has overtaken moves nothing backwards", async () => {
    const { registry, ids, origin, github } = await openWorld();
    await propose(origin, 7, { [file]: gptneo({ stable: "myuser/gptneo:v2", prod: "myuser/gptneo:v2" }) });
    const old = await pushJob(origin, github, mergeAll(origin, github, [7]));
    await propose(origin, 8, { [file]: gptneo({ stable: "myuser/gptneo:v3", prod: "myuser/gptneo:v3" }) });
    const young = await pushJob(origin, github, mergeAll(origin, github, [8]));
    const both = await Promise.all([runAction({ ...young, env }), runAction({ ...old, env })]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await registry.values()).toEqual({ "myuser/gptneo:stable": ids[2], "myuser/gptneo:prod": ids[2] });
    expect(both[1]?.summary).toContain("superseded");
  });

  it("with problems, and one of another branch, sync nothing", async () => {
    const { registry, origin, github } = await openWorld();
    await origin.branch("side", { [file]: gptneo({ stable: "myuser/gptneo:v2", prod: "myuser/gptneo:v1" }) });
    origin.work.git("push", "--quiet", "origin", "side");
    const side = await pushJob(origin, github, {
      before: "0000000000000000000000000000000000000000",
      after: origin.work.git("rev-parse", "side"),
    });
    const aside = await runAction({ ...side, env, github: { ...side.github, GITHUB_REF_NAME: "side" } });
    expect(aside).toMatchObject({ code: 0, outputs: { report: "" } });
    expect(aside.log).toContain("Nothing is synced from side: main is.");

    await propose(origin, 7, { [file]: gptneo({ stable: "myuser/gptneo:gone" }) });
    const job = await pushJob(origin, github, mergeAll(origin, github, [7]));
    const ran = await runAction({ ...job, env });
    expect(ran).toMatchObject({ code: 1, used: [], outputs: { "exit-code": "1" } });
    expect(ran.log).toMatch(/^::error .*file=pointers/m);
    expect(await registry.values()).toEqual({});
  });

  it("that stops says in its summary, too, why and what to do", async () => {
    const { origin, github } = await openWorld();
    await propose(origin, 7, { [file]: gptneo({ stable: "myuser/gptneo:v2" }) });
    const job = await pushJob(origin, github, mergeAll(origin, github, [7]));
    const ran = await runAction({ ...job, env, inputs: { remote: "prodd" } });
    expect(ran).toMatchObject({ code: 1, outputs: { "exit-code": "1" } });
    expect(ran.summary).toMatch(/^### pointsman stopped\n\nBecause: .*prodd.*<br>Did you mean prod\?$/m);
  });
});

it("a schedule opens one issue of what was moved by hand, updates it, and closes it when it is gone", async () => {
  const { registry, ids, origin, github } = await openWorld(undefined, "on_drift: keep\n");
  const head = origin.work.git("rev-parse", "main");
  const push = await pushJob(origin, github, { before: head, after: head });
  const scheduled = { ...push, event: "schedule", payload: { repository: { default_branch: "main" } } };
  for (const tag of ["stable", "prod"])
    await registry.remote.create(`myuser/gptneo:${tag}`, { pipeline: ids[0] ?? "", locked: false });

  const moveByHand = (pipeline: string) =>
    registry.remote.update("myuser/gptneo:prod", { pipeline, locked: false });
  await moveByHand(ids[2] ?? "");
  // Somebody's issue with our mark in it is not ours.
  const forged = { number: 1, user: { login: "mallory" }, title: "x", state: "open" };
  github.issues.push({
    ...forged,
    body: `<!-- pointsman:drift {"folder":"","remote":"","head":"${head}","run":999,"attempt":1} -->`,
  });
  const found = await runAction({ ...scheduled, env, run: { id: 101 } });
  expect(found).toMatchObject({ code: 0, outputs: { changes: "1" } });
  expect(found.log).toMatch(/^::warning .*1 pointer not as declared/m);
  expect(github.issues).toHaveLength(2);
  expect(github.issues[1]).toMatchObject({ title: "Pointers of prod are not as declared", state: "open" });
  expect(github.issues[1]?.body).toMatch(/`myuser\/gptneo:prod` \| `:v3` \| `:v1` \| \*\*moved by hand/);

  await moveByHand(ids[1] ?? "");
  await runAction({ ...scheduled, env, run: { id: 102 } });
  expect(github.issues).toHaveLength(2);
  expect(github.issues[1]?.body).toContain("`:v2`");
  // Nobody would hear of it.
  github.state.isReadOnly = true;
  const unheard = await runAction({ ...scheduled, env, run: { id: 103 } });
  expect(unheard.code).toBe(1);
  expect(unheard.log).toMatch(/^::error .*permission to write issues/m);
  github.state.isReadOnly = false;

  await moveByHand(ids[0] ?? "");
  await runAction({ ...scheduled, env, run: { id: 104 } });
  expect(github.issues[1]).toMatchObject({ state: "closed" });
  expect(github.issues[0]).toMatchObject({ state: "open" });
});

it("a schedule's run for an older commit closes no issue of what a newer one declares otherwise", async () => {
  const { registry, ids, origin, github } = await openWorld(undefined, "on_drift: keep\n");
  const head = origin.work.git("rev-parse", "main");
  const push = await pushJob(origin, github, { before: head, after: head });
  const scheduled = { ...push, event: "schedule", payload: { repository: { default_branch: "main" } }, env };
  await registry.remote.create("myuser/gptneo:stable", { pipeline: ids[0] ?? "", locked: false });
  await registry.remote.create("myuser/gptneo:prod", { pipeline: ids[2] ?? "", locked: false });
  await runAction({ ...scheduled, run: { id: 101 } });
  expect(github.issues).toMatchObject([{ state: "open" }]);

  // The branch moves the pointer too, which is kept as somebody moved it by hand.
  await origin.work.write(file, gptneo({ stable: "myuser/gptneo:v1", prod: "myuser/gptneo:v2" }));
  origin.work.commit("On");
  origin.work.git("push", "--quiet", "origin", "main");
  const again = await runAction({
    ...scheduled,
    workspace: await origin.checkout(head),
    run: { id: 101, attempt: 2 },
  });
  expect(again).toMatchObject({ code: 0, outputs: { changes: "0" } });
  expect(github.issues).toMatchObject([{ state: "open" }]);
});

it("a schedule tells what a push would delete, where pushes prune", async () => {
  const { registry, ids, origin, github } = await openWorld();
  for (const tag of ["stable", "prod"])
    await registry.remote.create(`myuser/gptneo:${tag}`, { pipeline: ids[0] ?? "", locked: false });
  await origin.work.write(file, gptneo({ stable: "myuser/gptneo:v1" }));
  const head = origin.work.commit("Drop prod");
  origin.work.git("push", "--quiet", "origin", "main");
  const push = await pushJob(origin, github, { before: head, after: head });
  const scheduled = { ...push, event: "schedule", payload: { repository: { default_branch: "main" } }, env };

  expect((await runAction({ ...scheduled, run: { id: 101 } })).outputs["changes"]).toBe("0");
  const ran = await runAction({ ...scheduled, run: { id: 102 }, inputs: { prune: "true" } });
  expect(ran).toMatchObject({ code: 0, outputs: { changes: "1" } });
  expect(github.issues[0]?.body).toMatch(/`myuser\/gptneo:prod` \| `:v1` \|  \| an earlier commit said so/);
});

it("schedules of two remotes keep an issue each: that one is as declared closes none of the other's", async () => {
  const staging = await openRegistry();
  const { registry, ids, origin, github } = await openWorld();
  const config = `  staging:\n    url: ${staging.url}\n    token: \${POINTSMAN_TOKEN}\n`;
  await origin.work.write(
    "pointsman.yaml",
    configOf(registry.url).replace("default_remote", `${config}default_remote`),
  );
  const head = origin.work.commit("Add staging");
  origin.work.git("push", "--quiet", "origin", "main");
  const push = await pushJob(origin, github, { before: head, after: head });
  const scheduled = { ...push, event: "schedule", payload: { repository: { default_branch: "main" } }, env };
  for (const tag of ["stable", "prod"])
    await registry.remote.create(`myuser/gptneo:${tag}`, { pipeline: ids[0] ?? "", locked: false });

  await runAction({ ...scheduled, inputs: { remote: "staging" } });
  await runAction({ ...scheduled, inputs: { remote: "prod" } });
  expect(github.issues).toMatchObject([{ title: "Pointers of staging are not as declared", state: "open" }]);
  // Of a wrong URL or token it must not be taken for pointers that somebody removed.
  expect(github.issues[0]?.body).toContain("**Warning**: The listing of staging is empty.");
});

it("the action installs the version it is of", async () => {
  const { name, version } = JSON.parse(
    await readFile(new URL("../../package.json", import.meta.url), "utf8"),
  ) as Record<string, string>;
  expect(action.inputs["package"]?.default).toBe(`${name}@${version}`);
});

it("outside of a CI says what there is instead", async () => {
  const repo = openRepo(await makeFolder());
  repo.git("init", "--quiet");
  const ran = await repo.run(["ci"]);
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(/no job of GitHub Actions or GitLab CI[^]*`sync`/);
});
