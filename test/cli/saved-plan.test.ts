import { describe, expect, it } from "vitest";
import { makeRepo, openRegistry, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";

async function planned(args: readonly string[] = []) {
  const registry = await openRegistry();
  const ids = await registry.publish("myuser/gptneo", 3);
  const repo = await makeRepo(
    {
      [file]: pointerFile({
        "myuser/gptneo:latest": "myuser/gptneo:v2",
        "myuser/gptneo:prod": "myuser/gptneo:v1",
      }),
    },
    registry.env,
  );
  expect((await repo.run(["plan", ...args, "--out", "plan.json"])).code).toBe(0);
  const sync = async () => repo.run(["sync", "--yes", "--plan", "plan.json"]);
  return { registry, ids, repo, sync };
}

describe("a saved plan", () => {
  it("is applied, and a second time has nothing to do", async () => {
    const { registry, ids, sync } = await planned();
    expect((await sync()).stdout).toContain("2 applied");
    expect(await registry.values()).toEqual({ "myuser/gptneo:latest": ids[1], "myuser/gptneo:prod": ids[0] });
    expect(await sync()).toMatchObject({ code: 0 });
  });

  it("of some names is applied to those, whatever else is blocked", async () => {
    const { registry, repo, ids } = await planned();
    await repo.write(
      file,
      pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v2", "myuser/gptneo:prod": "myuser/gptneo:v9" }),
    );
    repo.commit();
    await repo.run(["plan", "myuser/gptneo:latest", "--out", "one.json"]);
    const ran = await repo.run(["sync", "--yes", "--plan", "one.json"]);
    expect(ran).toMatchObject({ code: 0 });
    expect(await registry.values()).toEqual({ "myuser/gptneo:latest": ids[1] });
  });

  it("applies its own commit, also when the branch has moved on elsewhere", async () => {
    const { registry, repo, sync, ids } = await planned(["--ref", "HEAD"]);
    await repo.write("pointers/other/model.yaml", pointerFile({ "other/model:latest": ids[0] ?? "" }));
    repo.commit();
    expect(await sync()).toMatchObject({ code: 0 });
    expect(Object.keys(await registry.values())).toHaveLength(2);
  });

  it("that no longer holds is refused, and nothing is written", async () => {
    const { registry, ids, sync } = await planned();
    await registry.remote.create("myuser/gptneo:prod", { pipeline: ids[2] ?? "", locked: false });
    const ran = await sync();
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/no longer holds: myuser\/gptneo:prod/);
    expect(await registry.values()).toEqual({ "myuser/gptneo:prod": ids[2] });
  });

  it("for another remote, or of a working tree, is refused", async () => {
    const { repo, registry } = await planned();
    const other = await openRegistry();
    const elsewhere = await repo.run(["sync", "--yes", "--plan", "plan.json"], { env: other.env });
    expect(elsewhere).toMatchObject({ code: 1, stdout: "" });
    expect(elsewhere.stderr).toContain(`The plan was made for ${registry.url}, not for ${other.url}`);

    await repo.write(file, pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v3" }));
    const preview = await repo.run(["plan", "--out", "preview.json"]);
    expect(preview.stdout).toContain("working tree");
    expect(preview.stderr).toContain("The working tree is not committed");
    const refused = await repo.run(["sync", "--yes", "--plan", "preview.json"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("previews a working tree");
    expect(await registry.values()).toEqual({});
  });

  it("that is none is refused by its file's name", async () => {
    const { repo, registry } = await planned();
    const bad = ["\u001b[31mowned", '{"version": 1}', '{"version": 2}', ""];
    for (const [i, content] of bad.entries()) await repo.write(`bad-${i}.json`, content);
    for (const name of ["gone.json", ...bad.map((_, i) => `bad-${i}.json`)]) {
      const ran = await repo.run(["sync", "--yes", "--plan", name]);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain(name);
    }
    expect(await registry.values()).toEqual({});
  });

  it("whose commit or changes were tampered with does nothing that a fresh plan would not", async () => {
    const { repo, registry, ids } = await planned();
    const plan = await repo.read("plan.json");
    await repo.write("moved.json", plan.replaceAll(ids[0] ?? "", ids[2] ?? ""));
    expect((await repo.run(["sync", "--yes", "--plan", "moved.json"])).code).toBe(1);
    await repo.write("gone.json", plan.replace(/"commit": "[0-9a-f]{40}"/, `"commit": "${"0".repeat(40)}"`));
    expect((await repo.run(["sync", "--yes", "--plan", "gone.json"])).code).toBe(1);
    expect(await registry.values()).toEqual({});
  });

  it("cannot be written where there is no folder", async () => {
    const { repo } = await planned();
    const ran = await repo.run(["plan", "--out", "gone/plan.json"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("The plan cannot be written");
  });
});
