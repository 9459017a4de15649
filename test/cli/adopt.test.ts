import { describe, expect, it } from "vitest";
import { makeRepo, openRegistry, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const text = `# Ours.
${pointerFile({
  "myuser/gptneo:latest": "'myuser/gptneo:v1' # why",
  "myuser/gptneo:prod": "myuser/gptneo:latest",
})}`;

/** A repository that is synced, with three versions to move to by hand. */
async function synced(more: Readonly<Record<string, string>> = {}) {
  const registry = await openRegistry();
  const ids = await registry.publish("myuser/gptneo", 3);
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n", [file]: text, ...more }, registry.env);
  const ran = await repo.here(["sync", "--yes"]);
  expect(ran).toMatchObject({ code: 0 });
  const byHand = (tag: string, version: number, locked = false) =>
    registry.remote.update(`myuser/gptneo:${tag}`, { pipeline: ids[version - 1] ?? "", locked });
  return { ...registry, repo, byHand };
}

describe("adopt", () => {
  it("writes a hand-moved value as the version that has its id, and nothing else; then plan is empty", async () => {
    const { repo, byHand } = await synced();
    await byHand("latest", 2);
    await byHand("prod", 2);
    const ran = await repo.run(["adopt", "myuser/gptneo:latest"]);
    expect(ran).toMatchObject({
      code: 0,
      stdout: `${file}: myuser/gptneo:latest myuser/gptneo:v1 → myuser/gptneo:v2\nedited; nothing moves until it is synced\n`,
    });
    expect(await repo.read(file)).toBe(text.replace("gptneo:v1", "gptneo:v2"));
    repo.commit("Adopt");
    expect(await repo.here(["plan", "--detailed-exitcode"])).toMatchObject({ code: 0 });
  });

  it("takes the lock along, for several pointers in one commit", async () => {
    const { repo, byHand } = await synced({
      "pointers/myuser/other.yaml": pointerFile({ "myuser/other:prod": "myuser/gptneo:v1" }),
    });
    await byHand("latest", 1, true);
    await byHand("prod", 3, true);
    const { code, stdout } = await repo.here([
      "adopt",
      "myuser/gptneo:latest",
      "myuser/gptneo:prod",
      "myuser/other:prod",
      "--commit",
      "--format",
      "json",
    ]);
    expect(code).toBe(0);
    const before = { target: "myuser/gptneo:latest", locked: false };
    expect(JSON.parse(stdout)).toEqual({
      adopted: [
        {
          pointer: "myuser/gptneo:latest",
          file,
          before: { target: "myuser/gptneo:v1", locked: false },
          after: { target: "myuser/gptneo:v1", locked: true },
        },
        { pointer: "myuser/gptneo:prod", file, before, after: { target: "myuser/gptneo:v3", locked: true } },
      ],
      unchanged: ["myuser/other:prod"],
      commit: repo.git("rev-parse", "HEAD"),
    });
    expect(repo.git("log", "-1", "--format=%B")).toBe(
      "Adopt 2 pointers from POINTSMAN_URL\n\nmyuser/gptneo:latest myuser/gptneo:v1 (locked)\nmyuser/gptneo:prod myuser/gptneo:v3 (locked)",
    );
    expect(repo.git("status", "--porcelain")).toBe("");
    expect(await repo.here(["validate"])).toMatchObject({ code: 0 });
    expect(await repo.here(["plan", "--detailed-exitcode"])).toMatchObject({ code: 0 });
  });

  it("commits one with a message that names it", async () => {
    const { repo, byHand } = await synced();
    await byHand("prod", 2);
    await repo.here(["adopt", "myuser/gptneo:prod", "--commit"]);
    expect(repo.git("log", "-1", "--format=%B")).toBe(
      "Adopt myuser/gptneo:prod at myuser/gptneo:v2 from POINTSMAN_URL",
    );
  });

  it("has nothing to do where the remote is as declared", async () => {
    const { repo } = await synced();
    const ran = await repo.here(["adopt", "myuser/gptneo:prod", "--commit"]);
    expect(ran).toMatchObject({
      code: 0,
      stdout: "myuser/gptneo:prod is declared as POINTSMAN_URL has it: nothing to do.\n",
    });
    expect(repo.git("rev-list", "--count", "HEAD")).toBe("1");
  });

  it("refuses, with the reason, what is not declared, not there or locked; and then writes none", async () => {
    const locked = `pointers:\n  myuser/held:prod:\n    target: myuser/gptneo:v1\n    locked: true\n`;
    const { repo, byHand, remote } = await synced({ "pointers/myuser/held.yaml": locked });
    await byHand("latest", 2);
    const [{ pipeline } = { pipeline: "" }] = (await remote.list({ family: "myuser/gptneo" })).values();
    await remote.create("myuser/gptneo:theirs", { pipeline, locked: false });
    const held = (await remote.list({ family: "myuser/gptneo" })).get("myuser/gptneo:v3");
    await remote.update("myuser/held:prod", { pipeline: held?.pipeline ?? "", locked: false });
    await remote.update("myuser/held:prod", { pipeline: held?.pipeline ?? "", locked: true });
    await repo.write("pointers/myuser/new.yaml", pointerFile({ "myuser/new:prod": "myuser/gptneo:v1" }));
    repo.commit("Declare another");
    const refusals: readonly (readonly [string, RegExp])[] = [
      ["myuser/gptneo:theirs", /is not declared here[^]*pointsman import myuser\/gptneo:theirs/],
      ["myuser/gptneo:v2", /is not declared here[^]*A version is declared nowhere/],
      [
        "myuser/gptneo:lates",
        /No pointer myuser\/gptneo:lates is declared[^]*Did you mean myuser\/gptneo:latest/,
      ],
      ["myuser/new:prod", /POINTSMAN_URL has no myuser\/new:prod to adopt/],
      ["myuser/held:prod", /is locked at myuser\/gptneo:v1[^]*set myuser\/held:prod --unlock/],
    ];
    for (const [name, reason] of refusals) {
      const ran = await repo.here(["adopt", "myuser/gptneo:latest", name]);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(reason);
    }
    expect(repo.git("status", "--porcelain")).toBe("");
  });
});
