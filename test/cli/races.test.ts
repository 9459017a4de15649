import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import type { SyncReport } from "../../src/model/report.ts";
import { type TestRepo, makeFolder, openRegistry, openRepo, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const other = "pointers/myuser/whisper.yaml";

/** A bare git server on disk, a developer's clone of it, and a registry with three versions of two pipelines. */
async function openWorld() {
  const registry = await openRegistry();
  const gptneo = await registry.publish("myuser/gptneo", 3);
  await registry.publish("myuser/whisper", 3);
  const server = join(await makeFolder(), "server.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch", "main", server]);
  const clone = async (...options: string[]): Promise<TestRepo> => {
    const dir = join(await makeFolder(), "clone");
    execFileSync("git", ["clone", "--quiet", ...options, `file://${server}`, dir], { stdio: "ignore" });
    return openRepo(dir, registry.env);
  };
  const dev = await clone();
  dev.git("checkout", "--quiet", "-B", "main");
  await dev.write("pointsman.yaml", "version: 1\n");
  const push = async (gpt: Readonly<Record<string, string>>, whisper = "v1"): Promise<string> => {
    await dev.write(file, fileOf("gptneo", gpt));
    await dev.write(other, fileOf("whisper", { prod: whisper }));
    const commit = dev.commit(`Move to ${Object.values(gpt).join(" and ")}`);
    dev.git("push", "--quiet", "--force", "origin", "HEAD");
    return commit;
  };
  const versions = async (): Promise<Record<string, string>> => {
    const rows = await registry.remote.list();
    const named = new Map(
      [...rows]
        .filter(([pointer]) => /:v\d+$/.test(pointer))
        .map(([pointer, { pipeline }]) => [pipeline, pointer]),
    );
    return Object.fromEntries(
      Object.entries(await registry.values()).map(([name, id]) => [
        name.replace("myuser/", ""),
        (named.get(id) ?? id).replace(/^.*:/, ""),
      ]),
    );
  };
  return { registry, gptneo, server, dev, clone, push, versions };
}

function fileOf(pipeline: string, tags: Readonly<Record<string, string>>): string {
  const full = Object.entries(tags).map(([tag, target]) => [
    `myuser/${pipeline}:${tag}`,
    /^v\d/.test(target) ? `myuser/${pipeline}:${target}` : target,
  ]);
  return pointerFile(Object.fromEntries(full) as Record<string, string>);
}

const json = (text: string): SyncReport => JSON.parse(text) as SyncReport;

describe("an older run", () => {
  it("that comes last moves nothing backwards, and says by which commit it was overtaken", async () => {
    const { dev, push, clone, versions } = await openWorld();
    const first = await push({ prod: "v1" });
    const older = await clone();
    const second = await push({ prod: "v2" });
    expect((await dev.here(["sync", "--yes"])).code).toBe(0);
    // Its clone does not have the newer commit: it asks.
    expect(older.git("rev-parse", "HEAD")).toBe(first);
    const late = await older.here(["sync", "--yes"]);
    expect(late).toMatchObject({ code: 0 });
    expect(late.stdout).toContain(`superseded by ${second.slice(0, 8)}`);
    expect(late.stdout).toContain("Nothing to write");
    expect(await versions()).toEqual({ "gptneo:prod": "v2", "whisper:prod": "v1" });
    const report = json((await older.here(["sync", "--yes", "--format", "json"])).stdout);
    expect(report.results).toMatchObject([{ status: "skipped", reason: "superseded" }]);
    expect(report.written).toBe(false);

    const back = await older.here(["sync", "--yes", "--allow-rollback"]);
    expect(back.code).toBe(0);
    expect((await versions())["gptneo:prod"]).toBe("v1");
  });

  it("applies what the tip leaves alone, as a job of a path filter must", async () => {
    const { dev, push, versions } = await openWorld();
    const first = await push({ prod: "v1" }, "v2");
    const second = await push({ prod: "v3" }, "v2");
    const report = json((await dev.here(["sync", "--yes", "--ref", first, "--format", "json"])).stdout);
    expect(report.results.map(({ pointer, status }) => [pointer, status])).toEqual([
      ["myuser/whisper:prod", "applied"],
      ["myuser/gptneo:prod", "skipped"],
    ]);
    expect(report.results[1]?.error).toContain(second.slice(0, 8));
    expect(await versions()).toEqual({ "whisper:prod": "v2" });
  });

  it("leaves what the tip has taken out, locked, or let lead nowhere", async () => {
    const { dev, push, versions } = await openWorld();
    const first = await push({ gone: "v1", held: "v1", lost: "v1", prod: "v1" });
    await push({ held: "v1", lost: "myuser/gptneo:away", prod: "v1" });
    await dev.write(
      file,
      (await dev.read(file)).replace(/held: (.*)/, "held:\n    target: $1\n    locked: true"),
    );
    const tip = dev.commit("Lock it");
    dev.git("push", "--quiet");
    const late = await dev.here(["sync", "--yes", "--ref", first, "--format", "json"]);
    expect(late).toMatchObject({ code: 0 });
    const skipped = json(late.stdout).results.filter(({ status }) => status === "skipped");
    expect(skipped.map(({ pointer }) => pointer.replace("myuser/gptneo:", ""))).toEqual([
      "gone",
      "held",
      "lost",
    ]);
    expect(skipped[1]?.error).toContain(tip.slice(0, 8));
    expect(await versions()).toEqual({ "gptneo:prod": "v1", "whisper:prod": "v1" });
  });

  it("leaves a pointer whose chain goes through a file that the tip has broken", async () => {
    const { dev, push, versions } = await openWorld();
    const first = await push({ prod: "myuser/whisper:prod", stable: "v1" });
    await dev.write(other, `${fileOf("whisper", { prod: "v1" })}\n  myuser/whisper:next: 12\n`);
    dev.commit("Break it");
    dev.git("push", "--quiet");
    expect((await dev.here(["sync", "--yes", "--ref", first])).code).toBe(0);
    expect(await versions()).toEqual({ "gptneo:stable": "v1" });
  });

  it("leaves a pointer whose file the tip has broken, and one that it blocks no longer keeps it red", async () => {
    const { dev, push, versions } = await openWorld();
    const first = await push({ prod: "v1", next: "v9" }, "v2");
    await dev.write(file, "pointers:\n  - [\n");
    dev.commit("Break it");
    dev.git("push", "--quiet");
    const late = await dev.here(["sync", "--yes", "--ref", first]);
    expect(late).toMatchObject({ code: 0 });
    expect(await versions()).toEqual({ "whisper:prod": "v2" });
  });

  it("prunes nothing that a tip of which it cannot read the file, or the config, may declare", async () => {
    const { dev, push, versions } = await openWorld();
    await push({ prod: "v1", old: "v1" });
    expect((await dev.here(["sync", "--yes"])).code).toBe(0);
    const without = await push({ prod: "v1" });
    await dev.write(file, "pointers:\n  - [\n");
    dev.commit("Break it");
    await dev.write("pointsman.yaml", "version: 1\nroot: [\n");
    dev.commit("Break the config too");
    dev.git("push", "--quiet");
    for (const ref of ["HEAD", "HEAD~1"]) {
      dev.git("push", "--quiet", "--force", "origin", `${ref}:main`);
      expect((await dev.here(["sync", "--yes", "--prune", "--ref", without])).code).toBe(0);
      expect(await versions()).toMatchObject({ "gptneo:old": "v1" });
    }
    // Declared again, in a folder that only a config with a problem names.
    await dev.write(`models/${file}`, fileOf("gptneo", { prod: "v1", old: "v1" }));
    await dev.write("pointsman.yaml", "version: 1\nroot: models\nunknown: 1\n");
    dev.git("rm", "--quiet", "-r", "pointers");
    dev.commit("Move them");
    dev.git("push", "--quiet", "--force", "origin", "HEAD:main");
    expect((await dev.here(["sync", "--yes", "--prune", "--ref", without])).code).toBe(0);
    expect(await versions()).toMatchObject({ "gptneo:old": "v1" });
  });
});

describe("a revert", () => {
  it("is a new tip: it is applied", async () => {
    const { dev, push, versions } = await openWorld();
    await push({ prod: "v1" });
    const bad = await push({ prod: "v2" });
    expect((await dev.here(["sync", "--yes"])).code).toBe(0);
    dev.git("revert", "--no-edit", bad);
    dev.git("push", "--quiet");
    const [change] = (JSON.parse((await dev.here(["plan", "--format", "json"])).stdout) as Plan).changes;
    expect(change?.cause).toMatchObject({ kind: "behind", commit: dev.git("rev-parse", "HEAD") });
    expect((await dev.here(["sync", "--yes"])).code).toBe(0);
    expect((await versions())["gptneo:prod"]).toBe("v1");
  });
});

describe("what the branch does not contain", () => {
  it("is refused: a feature's commit, and one that a force push took away", async () => {
    const { dev, push, versions } = await openWorld();
    await push({ prod: "v1" });
    await dev.write("pointsman.yaml", "version: 1\nbranch: main\n");
    dev.commit("Name the branch");
    dev.git("push", "--quiet");
    dev.git("checkout", "--quiet", "-b", "feature/next");
    const feature = await push({ prod: "v2" });
    // Also in a job of that branch, which the server has.
    for (const env of [{}, { GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "feature/next" }]) {
      const refused = await dev.here(["sync", "--yes"], { env });
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.stderr).toContain(`main does not contain commit ${feature.slice(0, 8)}`);
    }

    dev.git("checkout", "--quiet", "main");
    dev.git("merge", "--quiet", "--ff-only", "feature/next");
    dev.git("push", "--quiet");
    dev.git("reset", "--quiet", "--hard", "HEAD~1");
    await push({ prod: "v3" });
    dev.git("reset", "--quiet", "--hard", feature);
    const lost = await dev.here(["sync", "--yes", "--ref", feature]);
    expect(lost).toMatchObject({ code: 1 });
    expect(lost.stderr).toContain(`main does not contain commit ${feature.slice(0, 8)}`);
    expect(await versions()).toEqual({});
  });

  it("is to be pushed, where only this clone's own branch has it", async () => {
    const { dev, push, versions } = await openWorld();
    await push({ prod: "v1" });
    await dev.write("pointsman.yaml", "version: 1\n");
    const commit = dev.commit("Not pushed");
    const refused = await dev.here(["sync", "--yes"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(
      `main does not have commit ${commit.slice(0, 8)} yet, so it is not synced.\n  Push it first: git push origin main\n`,
    );
    expect(await versions()).toEqual({});
  });

  it("is previewed against the branch: neither its inner states nor an edit are called moved by hand", async () => {
    const { dev, push } = await openWorld();
    await push({ prod: "v1" });
    expect((await dev.here(["sync", "--yes"])).code).toBe(0);
    const causes = async (...args: string[]): Promise<unknown> =>
      (JSON.parse((await dev.here(["plan", "--format", "json", ...args])).stdout) as Plan).changes.map(
        ({ cause }) => [cause.kind, cause.commit],
      );
    await dev.write(file, fileOf("gptneo", { prod: "v2" }));
    expect(await causes()).toEqual([["behind", undefined]]);
    expect((await dev.here(["plan"])).stdout).toContain("not committed yet");
    dev.git("checkout", "--quiet", "-b", "feature");
    dev.commit("Try v2");
    await dev.write(file, fileOf("gptneo", { prod: "v3" }));
    const top = dev.commit("Take v3");
    const { GITHUB_BASE_REF } = { GITHUB_BASE_REF: "main" };
    const inPullRequest = await dev.here(["plan", "--format", "json"], { env: { GITHUB_BASE_REF } });
    const plan = JSON.parse(inPullRequest.stdout) as Plan;
    expect(plan.changes.map(({ cause }) => [cause.kind, cause.commit])).toEqual([["behind", top]]);
    expect(plan.superseded).toEqual([]);
  });
});

describe("the git server", () => {
  it("unreachable stops a sync before it writes; --no-fetch goes on", async () => {
    const { dev, push, versions, server } = await openWorld();
    await push({ prod: "v1" });
    dev.git("remote", "set-url", "origin", `${server}-is-away`);
    const stopped = await dev.here(["sync", "--yes"]);
    expect(stopped).toMatchObject({ code: 1 });
    expect(stopped.stderr).toContain("nothing was written");
    expect(stopped.stderr).toContain("--no-fetch");
    expect(await versions()).toEqual({});
    expect((await dev.here(["sync", "--yes", "--no-fetch"])).code).toBe(0);
    expect((await versions())["gptneo:prod"]).toBe("v1");
  });

  it("that goes by another name than origin stops a sync too: it is not asked", async () => {
    const { clone, push, versions } = await openWorld();
    await push({ prod: "v1" });
    const late = await clone("--origin", "upstream");
    await push({ prod: "v2" });
    const { code, stderr } = await late.here(["sync", "--yes"]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      "Is it upstream? Then: git remote rename upstream origin\n  --no-fetch goes by ",
    );
    expect(await versions()).toEqual({});
    late.git("remote", "rename", "upstream", "origin");
    expect((await late.here(["sync", "--yes"])).stdout).toContain("superseded by");
    expect(await versions()).toEqual({ "whisper:prod": "v1" });
  });

  it("that has no such branch is said to have none", async () => {
    const { dev, push } = await openWorld();
    await push({ prod: "v1" });
    dev.git("checkout", "--quiet", "-b", "elsewhere");
    const { code, stderr } = await dev.here(["sync", "--yes"]);
    expect(code).toBe(1);
    expect(stderr).toContain("The git server has no branch elsewhere");
    expect(stderr).not.toContain("Did you mean");
    await dev.write("pointsman.yaml", "version: 1\nbranch: mian\n");
    dev.commit("Name the branch");
    const said = async (...args: string[]) => (await dev.here(["sync", "--yes", ...args])).stderr;
    expect(await said()).toContain(
      "no branch mian, so nothing was written.\n  Did you mean main? Push it, or ",
    );
    const here = "This clone has no branch mian.\n  Did you mean main? ";
    expect(await said("--no-fetch")).toContain(`${here}Fetch it: git fetch origin mian\n`);
    // Without a git server nothing can be fetched.
    dev.git("remote", "remove", "origin");
    expect(await said()).toContain(`${here}\`branch\` in pointsman.yaml names the one that is synced.\n`);
  });

  it("with many new objects is asked by isomorphic-git's users too", async () => {
    const { dev, push, clone, versions } = await openWorld();
    await push({ prod: "v1" });
    const older = await clone();
    for (let i = 0; i < 40; i += 1) {
      await dev.write(file, fileOf("gptneo", { prod: i % 2 === 0 ? "v2" : "v3" }));
      dev.commit(`Move ${i}`);
    }
    dev.git("push", "--quiet");
    const late = await older.here(["sync", "--yes"], { env: { POINTSMAN_GIT: "js" } });
    expect(late).toMatchObject({ code: 0 });
    expect(await versions()).toEqual({ "whisper:prod": "v1" });
  });
});

describe("the branch", () => {
  it.each([
    ["GitHub", { GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "release/2026-11" }],
    ["GitLab", { CI_COMMIT_BRANCH: "release/2026-11" }],
  ])("is the one that %s names where HEAD is detached", async (_, env) => {
    const { dev, push, clone, versions } = await openWorld();
    await push({ prod: "v1" });
    dev.git("checkout", "--quiet", "-b", "release/2026-11");
    await push({ prod: "v2" });
    const job = await clone("--single-branch", "--branch", "main");
    job.git("fetch", "--quiet", "origin", "release/2026-11");
    job.git("checkout", "--quiet", "--detach", "FETCH_HEAD");
    expect((await job.here(["sync", "--yes"], { env })).code).toBe(0);
    expect((await versions())["gptneo:prod"]).toBe("v2");
    // The server's own branch does not contain it.
    expect((await job.here(["sync", "--yes"])).code).toBe(1);
  });

  it("may begin with a dash, and is never taken for an option", async () => {
    const { dev, push, versions } = await openWorld();
    await dev.write("pointsman.yaml", "version: 1\nbranch: --upload-pack=touch\n");
    await push({ prod: "v1" });
    dev.git("push", "--quiet", "origin", "HEAD:refs/heads/--upload-pack=touch");
    expect(await dev.here(["sync", "--yes"])).toMatchObject({ code: 0 });
    expect((await versions())["gptneo:prod"]).toBe("v1");
  });
});

describe("a shallow clone", () => {
  it("syncs, cannot tell why, and prunes nothing", async () => {
    const { push, clone, registry, versions, gptneo } = await openWorld();
    await push({ prod: "v1", old: "v1" });
    await push({ prod: "v2" });
    for (const tag of ["prod", "old"])
      await registry.remote.create(`myuser/gptneo:${tag}`, { pipeline: gptneo[0] ?? "", locked: false });
    const job = await clone("--depth", "1");
    const plan = JSON.parse((await job.here(["plan", "--format", "json"])).stdout) as Plan;
    expect(plan.changes.map(({ action, cause }) => [action, cause.kind])).toEqual([
      ["update", "unknown"],
      ["create", "new"],
    ]);
    const refused = await job.here(["sync", "--yes", "--prune"]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("--unshallow");
    expect(await versions()).toEqual({ "gptneo:prod": "v1", "gptneo:old": "v1" });

    const kept = await job.here(["sync", "--yes", "--on-drift", "keep"]);
    expect(kept).toMatchObject({ code: 3 });
    expect(kept.stdout).toContain("history is too short");
    expect((await job.here(["sync", "--yes"])).code).toBe(0);
    expect(await versions()).toEqual({ "gptneo:prod": "v2", "gptneo:old": "v1", "whisper:prod": "v1" });
  });
});
