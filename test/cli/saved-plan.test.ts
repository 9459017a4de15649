import { describe, expect, it } from "vitest";
import { readPlan, readSavedPlan } from "../../src/workspace/saved-plan.ts";
import { makeRepo, openRegistry, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const declared = pointerFile({
  "myuser/gptneo:latest": "myuser/gptneo:v2",
  "myuser/gptneo:prod": "myuser/gptneo:v1",
});

async function planned(args: readonly string[] = []) {
  const registry = await openRegistry();
  const ids = await registry.publish("myuser/gptneo", 3);
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n", [file]: declared }, registry.env);
  const { code, stdout } = await repo.here(["plan", ...args, "--out", "plan.json"]);
  expect(code).toBe(0);
  const sync = async (more: readonly string[] = [], env = {}) =>
    repo.here(["sync", "--yes", "--plan", "plan.json", ...more], { env });
  return { registry, ids, repo, sync, stdout };
}

describe("a saved plan", () => {
  it("is applied, and a second time has nothing to do", async () => {
    const { registry, ids, sync } = await planned();
    expect((await sync()).stdout).toContain("2 applied");
    expect(await registry.values()).toEqual({ "myuser/gptneo:latest": ids[1], "myuser/gptneo:prod": ids[0] });
    expect(await sync()).toMatchObject({ code: 0 });
  });

  it("made where a checkout changed the line ends is one of the commit all the same", async () => {
    const { registry, ids, repo, sync } = await planned();
    const ended = declared.replaceAll("\n", "\r\n");
    await repo.write(file, ended);
    expect((await repo.here(["plan", "--out", "plan.json"])).code).toBe(0);
    expect((await sync()).stdout).toContain("2 applied");
    expect(await repo.read(file)).toBe(ended);
    expect(await registry.values()).toEqual({ "myuser/gptneo:latest": ids[1], "myuser/gptneo:prod": ids[0] });
  });

  it("survives a squash merge with the same files, and makes exactly its writes", async () => {
    const registry = await openRegistry();
    const ids = await registry.publish("myuser/gptneo", 3);
    const repo = await makeRepo({ "pointsman.yaml": "version: 1\n", [file]: declared }, registry.env);
    expect((await repo.here(["sync", "--yes"])).code).toBe(0);
    repo.git("switch", "--quiet", "--create", "change");
    for (const target of ["myuser/gptneo:v3", "myuser/gptneo:v2"]) {
      await repo.write(file, declared.replace("myuser/gptneo:v1", target));
      repo.commit(`Try ${target}`);
    }
    await repo.here(["plan", "--base", "main", "--out", ".git/plan.json"]);
    repo.git("switch", "--quiet", "main");
    repo.git("merge", "--quiet", "--squash", "change");
    repo.commit("Promote v2 (#7)");
    repo.git("branch", "--quiet", "-D", "change");
    // Somebody's hand, elsewhere: it is not in the plan, so it is not touched.
    await registry.remote.update("myuser/gptneo:latest", { pipeline: ids[2] ?? "", locked: false });
    const report = await repo.here(["sync", "--yes", "--plan", ".git/plan.json", "--format", "json"]);
    expect(JSON.parse(report.stdout)).toMatchObject({
      commit: repo.git("rev-parse", "HEAD"),
      results: [{ pointer: "myuser/gptneo:prod", status: "applied" }],
    });
    expect(await registry.values()).toEqual({ "myuser/gptneo:latest": ids[2], "myuser/gptneo:prod": ids[1] });
  });

  it("of a commit that a newer one overtook whole is refused: it is not done", async () => {
    const { registry, repo, sync } = await planned();
    const old = repo.git("rev-parse", "HEAD");
    await repo.write(file, declared.replace(/v[12]$/gm, "v3"));
    const newer = repo.commit("Move on");
    const late = await sync(["--ref", old]);
    expect(late).toMatchObject({ code: 1, stdout: "" });
    expect(late.stderr).toContain(`myuser/gptneo:prod is superseded by ${newer.slice(0, 8)}`);
    expect(await registry.values()).toEqual({});
  });

  it("is refused where it would now change what it was not to", async () => {
    const { registry, ids, repo, sync } = await planned();
    await registry.remote.create("myuser/gptneo:latest", { pipeline: ids[1] ?? "", locked: false });
    expect((await repo.here(["plan", "--out", "plan.json"])).code).toBe(0);
    await registry.remote.update("myuser/gptneo:latest", { pipeline: ids[2] ?? "", locked: false });
    const ran = await sync();
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("myuser/gptneo:latest was not to be changed, and is now.");
    expect(await registry.values()).toEqual({ "myuser/gptneo:latest": ids[2] });
  });

  it("is refused once any one thing has changed, which it names, and nothing is written", async () => {
    const { registry, ids, repo, sync } = await planned();
    const other = await openRegistry();
    const plan = await repo.read("plan.json");
    const put = async (pipeline = "", locked = false) => {
      await registry.remote.create("myuser/gptneo:prod", { pipeline, locked });
      return { "myuser/gptneo:prod": pipeline };
    };
    const commit = async (path: string, text: string) => {
      await repo.write(path, text);
      repo.commit();
      return {};
    };
    const edit = async (from: string, to: string) => {
      await repo.write("plan.json", plan.replaceAll(from, to));
      return {};
    };
    const cases: [() => Promise<Record<string, string>>, RegExp][] = [
      [
        () => commit("pointers/other/model.yaml", pointerFile({ "other/model:latest": "pipeline_a" })),
        /\n {2}The pointer files are not those of commit [0-9a-f]{8}\.\n {2}Plan again/,
      ],
      [
        () => commit("pointsman.yaml", "version: 1\non_drift: keep\n"),
        /\n {2}pointsman\.yaml is not that of commit [0-9a-f]{8}\.\n {2}Plan again/,
      ],
      [
        () => put(ids[2]),
        /\n {2}myuser\/gptneo:prod was absent → pipeline_\w+, and is now pipeline_\w+ → pipeline_\w+\.\n {2}Plan/,
      ],
      [() => put(ids[0]), /\n {2}myuser\/gptneo:prod needs no change any more\.\n {2}Plan again/],
      [() => put(ids[0], true), /\n {2}myuser\/gptneo:prod is blocked: It is locked on the remote/],
      [() => edit(ids[0] ?? "", ids[2] ?? ""), /myuser\/gptneo:prod was absent → pipeline_/],
      [() => edit('"only": null', '"only": ["myuser/gptneo:latest"]'), /gptneo:prod needs no change/],
    ];
    const start = repo.git("rev-parse", "HEAD");
    for (const [change, named] of cases) {
      const values = await change();
      const ran = await sync();
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/no longer holds, so nothing was written\./);
      expect(ran.stderr).toMatch(named);
      expect(await registry.values()).toEqual(values);
      repo.git("reset", "--quiet", "--hard", start);
      await repo.write("plan.json", plan);
      for (const [pointer, pipeline] of Object.entries(values)) {
        await registry.remote.update(pointer, { pipeline, locked: false });
        await registry.remote.delete(pointer);
      }
    }
    const elsewhere = await sync([], other.env);
    expect(elsewhere).toMatchObject({ code: 1, stdout: "" });
    expect(elsewhere.stderr).toContain(`\n  The remote is ${other.url}, and was ${registry.url}.\n  Plan`);
    expect([await registry.values(), await other.values()]).toEqual([{}, {}]);

    await commit("pointsman.yaml", "version: 1\nbranch: main\n");
    await commit(file, declared.replace(":v2", ":v3"));
    const { stderr } = await sync([], other.env);
    for (const part of ["The remote is", "pointsman.yaml is", "The pointer files are"])
      expect(stderr).toContain(part);
    repo.git("reset", "--quiet", "--hard", start);
    await repo.write("plan.json", plan);
    expect((await sync()).stdout).toContain("2 applied");
  });

  it("applies an earlier commit by its name, when the branch has moved on elsewhere", async () => {
    const { registry, repo, sync, ids } = await planned();
    const commit = repo.git("rev-parse", "HEAD");
    await repo.write("pointers/other/model.yaml", pointerFile({ "other/model:latest": ids[0] ?? "" }));
    repo.commit();
    expect(await sync(["--ref", commit])).toMatchObject({ code: 0 });
    expect(Object.keys(await registry.values())).toHaveLength(2);
  });

  it("of some names is applied to those, whatever else is blocked", async () => {
    const { registry, repo, ids } = await planned();
    await repo.write(file, declared.replace(":v1", ":v9"));
    repo.commit();
    await repo.here(["plan", "myuser/gptneo:latest", "--out", "one.json"]);
    const ran = await repo.here(["sync", "--yes", "--plan", "one.json"]);
    expect(ran).toMatchObject({ code: 0 });
    expect(await registry.values()).toEqual({ "myuser/gptneo:latest": ids[1] });
  });

  it("of a working tree is refused", async () => {
    const { repo, registry } = await planned();
    await repo.write(file, pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v3" }));
    const preview = await repo.here(["plan", "--out", "preview.json"]);
    expect(preview.stdout).toContain("working tree");
    expect(preview.stderr).toContain("The working tree is not committed");
    const refused = await repo.here(["sync", "--yes", "--plan", "preview.json"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("previews a working tree");
    expect(await registry.values()).toEqual({});
  });

  it("is shown in every format, without repository and remote", async () => {
    const { repo, stdout } = await planned();
    const show = async (format: string) =>
      repo.here(["show", `${repo.dir}/plan.json`, "--format", format], {
        cwd: "/",
        env: { POINTSMAN_URL: undefined, POINTSMAN_TOKEN: undefined },
      });
    expect(await show("text")).toMatchObject({ code: 0, stdout, stderr: "" });
    expect(JSON.parse((await show("json")).stdout)).toEqual(JSON.parse(await repo.read("plan.json")));
    const markdown = await repo.here(["plan", "--format", "markdown"]);
    expect(await show("markdown")).toMatchObject({ code: 0, stdout: markdown.stdout });
  });

  it("that is none is refused by its file's name, by sync and by show", async () => {
    const { repo, registry } = await planned();
    const plan = await repo.read("plan.json");
    const evil = plan.replace(/"commit": "[0-9a-f]{40}"/, '"commit": "| <b>owned"');
    const bad = ["\u001b[31mowned", '{"version": 1}', '{"version": 2}', "", evil];
    for (const [i, content] of bad.entries()) {
      const name = `${repo.dir}/bad-${i}.json`;
      await repo.write(`bad-${i}.json`, content);
      await expect(readPlan(name)).rejects.toMatchObject({
        code: "plan-invalid",
        message: expect.stringContaining(name) as string,
      });
    }
    await expect(readPlan("/dev/zero")).rejects.toThrow("larger than 256 MiB");
    await repo.write("marked.json", `\u{feff}${plan}`);
    await expect(readPlan(`${repo.dir}/marked.json`)).resolves.toEqual(JSON.parse(plan));
    for (const args of [
      ["sync", "--yes", "--plan", "bad-0.json"],
      ["show", "gone.json"],
    ]) {
      const ran = await repo.here(args);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain(args.at(-1));
    }
    const bare = JSON.parse(plan) as Record<string, unknown>;
    delete bare["basis"];
    await repo.write("bare.json", JSON.stringify(bare));
    await expect(readPlan(`${repo.dir}/bare.json`)).resolves.toEqual(bare);
    await expect(readSavedPlan(`${repo.dir}/bare.json`)).rejects.toThrow(/what it was planned from/);
    const ran = await repo.here(["plan", "--out", "gone/plan.json"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("The plan cannot be written: gone/plan.json: its folder is not there.");
    for (const args of [["show"], ["sync", "--plan"]])
      expect((await repo.here([...args, "none.json"])).stderr).toContain(
        "error: none.json cannot be read as a plan: there is no such file.",
      );
    expect(await registry.values()).toEqual({});
  });
});
