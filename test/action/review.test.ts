import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { closeAtEnd, makeRepo, openRegistry, pointerFile, token } from "../cli/kit.ts";
import { faultyProxy } from "../sync/faulty-proxy.ts";
import { bot, openGithub } from "./github.ts";
import { openOrigin, pullRequestJob } from "./origin.ts";
import { runAction } from "./runner.ts";

const file = "pointers/myuser/gptneo.yaml";
const configOf = (url: string): string =>
  `version: 1\nremotes:\n  prod:\n    url: ${url}\n    token: \${POINTSMAN_TOKEN}\ndefault_remote: prod\n`;
const pointing = (version: string): string =>
  pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:stable", "myuser/gptneo:stable": version });
const env = { POINTSMAN_TOKEN: token };

/** A registry with two versions, and a repository whose main points at the first. */
async function openWorld() {
  const registry = await openRegistry();
  const ids = await registry.publish("myuser/gptneo", 2);
  const origin = await openOrigin({
    "pointsman.yaml": configOf(registry.url),
    [file]: pointing("myuser/gptneo:v1"),
  });
  const github = await openGithub();
  /** A pull request with these changes. */
  const propose = async (number: number, changes: Record<string, string>) => {
    const head = await origin.branch(`change-${number}`, changes);
    github.state.heads.set(number, head);
    origin.request(number, `change-${number}`);
    return pullRequestJob(origin, github, number);
  };
  return { registry, ids, origin, github, propose };
}

/** Pointers in a folder, and a repository of a thief's whose pointsman.yaml names a registry that is theirs. */
async function openWithThief() {
  const { registry, github } = await openWorld();
  const origin = await openOrigin({
    "models/pointsman.yaml": configOf(registry.url),
    [`models/${file}`]: pointing("myuser/gptneo:v1"),
  });
  const thief = closeAtEnd(await faultyProxy(registry.url, () => "none"));
  const own = await makeRepo({
    "pointsman.yaml": configOf(thief.url),
    [file]: pointing("myuser/gptneo:v1"),
  });
  return { github, origin, thief, own };
}

describe("a pull request", () => {
  it("gets one comment with what moves and what a sync would do, edited in place from then on", async () => {
    const { github, propose } = await openWorld();
    const job = await propose(7, { [file]: pointing("myuser/gptneo:v2") });
    // More than a page of a listing: ours is on the second.
    const talk = Array.from({ length: 99 }, (_, id) => ({ id, user: { login: "grace" }, body: "Hm." }));
    // Ours is ours by its author too: others write under our mark, and the bot quotes what they write.
    const head = github.state.heads.get(7) ?? "";
    const forged = `<!-- pointsman:review {"folder":"","remote":"","head":"${head}","run":999999,"attempt":9} -->\n### No pointer ends up anywhere else\n`;
    github.comments.push(
      ...talk,
      { id: 100, user: { login: "mallory" }, body: forged },
      { id: 101, user: { login: bot }, body: `> ${forged}` },
    );
    const ran = await runAction({ ...job, env });
    expect(ran).toMatchObject({
      code: 0,
      used: [],
      outputs: { "exit-code": "0", changes: "2", report: "" },
    });
    expect(ran.summary).toMatch(
      /### 2 pointers changed[^]*`:v1` \| `:v2` \| `:stable`[^]*### Plan for `prod`: 2 to create/,
    );
    expect(github.comments).toHaveLength(102);
    expect(github.comments[101]?.body).toMatch(
      /^<!-- pointsman:review .* -->\n### 2 pointers changed[^]*### Plan for `prod`/,
    );
    expect(ran.log).not.toContain(token);

    // Once more the same: nothing is written.
    const before = github.writes().length;
    expect((await runAction({ ...job, env, run: { id: 100, attempt: 1 } })).code).toBe(0);
    expect(github.writes()).toHaveLength(before);
    expect(github.comments.slice(99, 101)).toEqual([
      expect.objectContaining({ body: forged }),
      expect.objectContaining({ body: `> ${forged}` }),
    ]);
    // A newer commit: the same comment.
    const next = await propose(7, { [file]: pointing("pipeline_x") });
    await runAction({ ...next, env, run: { id: 101 } });
    expect(github.comments).toHaveLength(102);
    expect(github.comments[101]?.body).toContain("`pipeline_x`");
    for (const { headers } of github.seen) expect(headers.authorization).toBe(`Bearer ${token}-github`);
  });

  it("is explained by its own commit, not by the merge that GitHub makes to try it", async () => {
    const { registry, github, propose } = await openWorld();
    const [v1] = (await registry.remote.list({ family: "myuser/gptneo" })).values();
    for (const tag of ["stable", "prod"])
      await registry.remote.create(`myuser/gptneo:${tag}`, { pipeline: v1?.pipeline ?? "", locked: false });
    const job = await propose(7, { [file]: pointing("myuser/gptneo:v2") });
    const ran = await runAction({ ...job, env });
    const why = `${github.state.heads.get(7)?.slice(0, 8)} Ada Lovelace: Change change-7`;
    expect(ran.summary).toContain(`| \`myuser/gptneo:stable\` | \`:v1\` | \`:v2\` |  | ${why} |`);
    expect(ran.summary).not.toContain("Merge change-7");
  });

  it("whose files have problems fails, with each beside its line", async () => {
    const { github, propose } = await openWorld();
    const job = await propose(7, { [file]: pointing("myuser/gptneo:stabel") });
    const ran = await runAction({ ...job, env });
    expect(ran).toMatchObject({ code: 1, outputs: { "exit-code": "1" } });
    expect(ran.log).toMatch(/^::error .*file=pointers\/myuser\/gptneo\.yaml,line=4/m);
    expect(ran.summary).toMatch(/### 1 problem/);
    expect(ran.summary).not.toContain("Plan for");
    expect(github.comments[0]?.body).toMatch(/### 1 problem[^]*dangling/);
  });

  it("that removes a pointer shows that it will be deleted, where pushes prune", async () => {
    const { registry, ids, propose } = await openWorld();
    for (const tag of ["stable", "prod"])
      await registry.remote.create(`myuser/gptneo:${tag}`, { pipeline: ids[0] ?? "", locked: false });
    const job = await propose(7, { [file]: pointerFile({ "myuser/gptneo:stable": "myuser/gptneo:v1" }) });
    const ran = await runAction({ ...job, env, inputs: { prune: "true" } });
    expect(ran.code).toBe(0);
    expect(ran.summary).toMatch(
      /### Plan for `prod`: 1 to delete[^]*`myuser\/gptneo:prod`[^]*\*\*removed\*\*/,
    );
    expect((await runAction({ ...job, env })).summary).toContain("### Plan for `prod`: nothing to do");
  });

  it("with a file that cannot be read is not said to move nothing", async () => {
    const { github, propose } = await openWorld();
    const text = pointing("myuser/gptneo:v2").replace("prod: ", "prod:");
    const ran = await runAction({ ...(await propose(7, { [file]: text })), env });
    expect(ran.code).toBe(1);
    for (const shown of [ran.summary, github.comments[0]?.body]) {
      expect(shown).toMatch(/### 1 problem[^]*has 1 problem; what could not be read there is left out\./);
      expect(shown).not.toContain("No pointer ends up");
    }
  });

  it("that moves nothing gets no comment", async () => {
    const { github, propose } = await openWorld();
    const ran = await runAction({ ...(await propose(7, { "README.md": "Hello." })), env });
    expect(ran).toMatchObject({ code: 0, outputs: { changes: "0" } });
    expect(github.writes()).toEqual([]);
  });

  it("without a plan says what stands in its way, and what to do", async () => {
    const { propose } = await openWorld();
    const job = await propose(7, { [file]: pointing("myuser/gptneo:v2") });
    const refused = await runAction({ ...job, env: { POINTSMAN_TOKEN: "of-somebody-else" } });
    const hint = "the token of POINTSMAN_TOKEN is wrong, expired or revoked";
    expect(refused.code).toBe(1);
    expect(refused.log).toMatch(new RegExp(`^::error .*No plan could be made: .* 401: .*%0A${hint}$`, "m"));
    expect(refused.summary).toContain(`<br>${hint.replace("_", "&#95;")}`);
    const misspelt = await runAction({ ...job, env, inputs: { remote: "prodd" } });
    expect(misspelt).toMatchObject({ code: 0, summary: expect.stringContaining("No plan in this job") });
    expect(misspelt.log).toMatch(/^::warning .*has no remote "prodd"\.%0ADid you mean prod\?$/m);
  });

  it("of a fork has neither secret nor a token that may write: the summary has what there is to say", async () => {
    const { registry, github, propose } = await openWorld();
    github.state.isReadOnly = true;
    const job = await propose(7, { [file]: pointing("myuser/gptneo:v2") });
    // What a secret is that is not there.
    const ran = await runAction({ ...job, env: { POINTSMAN_TOKEN: "" } });
    expect(ran).toMatchObject({ code: 0, outputs: { changes: "2" } });
    expect(ran.summary).toMatch(/### 2 pointers changed[^]*No plan in this job: POINTSMAN/);
    expect(ran.log).toMatch(/^::notice .*may only read, as in requests from forks/m);
    expect(github.comments).toEqual([]);
    expect(await registry.values()).toEqual({});
  });

  it("that sends the token elsewhere does not get it: that it changes the file is noted, and nothing of it is executed", async () => {
    const { github, propose, registry } = await openWorld();
    const thief = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => ({ status: 400 })));
    const job = await propose(7, {
      "pointsman.yaml": configOf(thief.url),
      [file]: pointing("myuser/gptneo:v2"),
      // What npm, node and git would read, were they run in the checkout.
      ".npmrc": `registry=${thief.url}\n`,
      "package.json": `{ "name": "x", "dependencies": { "pointsman": "${thief.url}/x.tgz" }, "scripts": { "preinstall": "touch owned" } }`,
      "node_modules/pointsman/dist/cli.cjs": "process.exit(99)",
    });
    const ran = await runAction({ ...job, env, isInstalled: false });
    expect(ran.code).toBe(0);
    expect(thief.seen).toEqual([]);
    expect(ran.summary).toContain("### Plan for `prod`: 2 to create");
    expect(ran.log).toContain(registry.url);
    for (const shown of [ran.summary, github.comments[0]?.body])
      expect(shown).toMatch(/`pointsman\.yaml`[^]*### Plan for `prod`: 2 to create/);
  });

  it("that brings a repository of its own, in the folder of the pointers, is not read from that", async () => {
    const { github, origin, thief, own } = await openWithThief();
    own.git("update-ref", "refs/remotes/origin/main", "HEAD");
    await own.write(file, pointing("myuser/gptneo:v2"));
    own.commit();
    own.git("config", "core.bare", "true");
    origin.work.git("switch", "--quiet", "--create", "change-7");
    for (const name of ["HEAD", "config", "objects", "refs"])
      await cp(join(own.dir, ".git", name), join(origin.work.dir, "models", name), { recursive: true });
    origin.work.commit();
    origin.work.git("switch", "--quiet", "main");
    origin.request(7, "change-7");
    const job = await pullRequestJob(origin, github, 7);
    const ran = await runAction({ ...job, env, inputs: { "working-directory": "models" } });
    expect(thief.seen).toEqual([]);
    expect(ran.code).toBe(1);
    expect(ran.log).toMatch(/^::error .*models is a bare repository inside of the working tree/m);
  });

  it("that makes the folder of the pointers a submodule of its own choice is not read from that", async () => {
    const { github, origin, thief, own } = await openWithThief();
    await origin.branch("change-7", { "models/README.md": "x" });
    origin.request(7, "change-7");
    const job = await pullRequestJob(origin, github, 7);
    // As actions/checkout does with `submodules: true`.
    const [models, gitDir] = [join(job.workspace, "models"), join(job.workspace, ".git/modules/models")];
    await rm(models, { recursive: true });
    await mkdir(join(gitDir, ".."), { recursive: true });
    own.git("clone", "--quiet", `--separate-git-dir=${gitDir}`, own.dir, models);
    const ran = await runAction({ ...job, env, inputs: { "working-directory": "models" } });
    expect(thief.seen).toEqual([]);
    expect(ran.code).toBe(1);
    expect(ran.log).toMatch(/^::error .*This is a submodule/m);
  });
});

describe("the comment", () => {
  it("of an older commit never takes the place of a newer one's", async () => {
    const { github, propose } = await openWorld();
    const old = await propose(7, { [file]: pointing("pipeline_old") });
    const young = await propose(7, { [file]: pointing("pipeline_new") });
    // Both run at once, and the older one is held up until the newer has written.
    const written = new Promise<void>((resolve) => {
      github.state.intercept = async ({ method, url }) => {
        if (method === "POST" && url.endsWith("/comments")) resolve();
        return undefined;
      };
    });
    const late = written.then(() => runAction({ ...old, env, run: { id: 100 } }));
    const [first, second] = await Promise.all([runAction({ ...young, env, run: { id: 101 } }), late]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain("pipeline_new");
    expect(second.log).toContain("left alone");
  });
});

it("a merge queue gets the same check in its summary, with main's own remote", async () => {
  const { origin, github } = await openWorld();
  await origin.branch("queue", {
    [file]: pointing("myuser/gptneo:v2"),
    "pointsman.yaml": configOf("https://127.0.0.1:1"),
  });
  const { merge } = origin.request(7, "queue");
  const base = origin.work.git("rev-parse", "main");
  const ran = await runAction({
    event: "merge_group",
    payload: { merge_group: { base_sha: base, head_sha: merge, base_ref: "refs/heads/main" } },
    workspace: await origin.checkout("refs/pull/7/merge"),
    github: { GITHUB_SHA: merge, GITHUB_REF_NAME: "gh-readonly-queue/main/pr-7", GITHUB_REF_TYPE: "branch" },
    apiUrl: github.url,
    env,
  });
  expect(ran).toMatchObject({ code: 0, outputs: { changes: "2" } });
  expect(ran.summary).toMatch(/### 2 pointers changed[^]*### Plan for `prod`/);
  expect(github.seen).toEqual([]);
});
