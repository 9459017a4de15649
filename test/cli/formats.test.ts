import { describe, expect, it } from "vitest";
import { makeRepo, openRegistry, pointerFile } from "./kit.ts";

const file = "services/models/pointers/myuser/gptneo.yaml";
const broken = `pointers:
  myuser/gptneo:prod: myuser/gptneo:stabel

  myuser/gptneo:latest:
    target: gptneo:v1
`;

/** A pointer repository in a folder of a larger one, with two problems. */
const monorepo = async () =>
  makeRepo({ "services/models/pointsman.yaml": "version: 1\n", [file]: broken, "README.md": "x" });

describe("validate for reviewers", () => {
  it("annotates the lines, by paths from the root of the repository", async () => {
    const repo = await monorepo();
    const ran = await repo.here(["validate", "-C", "services/models", "--format", "github"]);
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(ran.stdout.split("\n").slice(0, 2)).toEqual([
      expect.stringContaining(`::error file=${file},line=2,col=23,title=pointsman dangling::`),
      expect.stringContaining(`::error file=${file},line=5,col=13,title=pointsman target-grammar::`),
    ]);
    expect(broken.split("\n")[1]?.slice(22)).toBe("myuser/gptneo:stabel");
    expect(broken.split("\n")[4]?.slice(12)).toBe("gptneo:v1");
    expect(ran.stdout).toMatch(/\n2 problems in 1 file; .*\.\n$/);
  });

  it("is code scanning's, GitLab's and a comment's too", async () => {
    const repo = await monorepo();
    const run = async (format: string) =>
      repo.here(["validate", "-C", "services/models", "--format", format]);
    const [sarif, quality, markdown] = [await run("sarif"), await run("codequality"), await run("markdown")];
    expect([sarif.code, quality.code, markdown.code]).toEqual([1, 1, 1]);
    const [first] = (JSON.parse(sarif.stdout) as { runs: { results: unknown[] }[] }).runs;
    const region = { startLine: 2, startColumn: 23 };
    expect(first?.results).toMatchObject([
      { ruleId: "dangling", locations: [{ physicalLocation: { artifactLocation: { uri: file }, region } }] },
      { ruleId: "target-grammar" },
    ]);
    expect(JSON.parse(quality.stdout)).toMatchObject([
      {
        check_name: "dangling",
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        location: { path: file, lines: { begin: 2 } },
      },
      { check_name: "target-grammar" },
    ]);
    expect(markdown.stdout).toMatch(/^### 2 problems in 1 file/);
  });

  it("has no such output of other commands", async () => {
    const repo = await monorepo();
    const ran = await repo.here(["list", "--format", "sarif"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("list does not print sarif: it has text, json.");
    const nested = await repo.here(["tokens", "list", "--format", "markdown"]);
    expect(nested.stderr).toContain("tokens list does not print markdown: it has text, json.");
    const demo = await repo.here(["demo", "--format", "json"]);
    expect(demo.code).toBe(1);
    expect(JSON.parse(demo.stdout)).toMatchObject({
      error: { code: "usage", message: "demo does not print json: it has text." },
    });
  });
});

it("a plan, and what a sync did, are Markdown for a job's summary", async () => {
  const registry = await openRegistry();
  await registry.publish("myuser/gptneo");
  const repo = await makeRepo(
    { "pointers/myuser/gptneo.yaml": pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v1" }) },
    registry.env,
  );
  const planned = await repo.here(["plan", "--format", "markdown"]);
  expect(planned).toMatchObject({ code: 0 });
  expect(planned.stdout).toContain("| + | `myuser/gptneo:prod` |  | `:v1` |  | new |");
  const synced = await repo.here(["sync", "--yes", "--format", "markdown"]);
  expect(synced.stdout).toMatch(/^### Sync to `POINTSMAN_URL`: 1 applied, 0 unchanged\n/);
  expect((await repo.here(["sync", "--format", "markdown"])).stdout).toContain("0 applied, 1 unchanged");
});
