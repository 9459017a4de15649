import { describe, expect, it } from "vitest";
import { type TestRepo, makeRepo, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const name = "myuser/gptneo:stable";

/** A file with comments, quotes and an order of its own; `entry` is that of the pointer. */
const around = (entry: string): string =>
  [
    "# Ours.",
    "pointers: # all",
    "  # callers of the beta",
    "  myuser/gptneo:latest: 'myuser/gptneo:v9'   # moves often",
    "",
    "  # what production runs",
    entry,
    '  "myuser/gptneo:prod": myuser/gptneo:stable',
    "# end",
    "",
  ].join("\n");

const short = (target: string): string => around(`  ${name}: ${target} # reviewed\n`);

async function moved(...texts: readonly string[]): Promise<TestRepo> {
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n", [file]: texts[0] ?? "" });
  for (const [index, text] of texts.slice(1).entries()) {
    await repo.write(file, text);
    repo.commit(`Change ${index + 1}`);
  }
  return repo;
}

const diffOf = async (repo: TestRepo, range: string): Promise<string[]> => {
  const { stdout } = await repo.here(["diff", range, "--format", "json"]);
  return (JSON.parse(stdout) as { changes: { pointer: string }[] }).changes.map(({ pointer }) => pointer);
};

describe("rollback", () => {
  it("writes back what was declared before the last change, every other byte kept", async () => {
    const repo = await moved(short("myuser/gptneo:v1"), short("myuser/gptneo:v2"));
    const ran = await repo.run(["rollback", name]);
    expect(ran).toMatchObject({
      code: 0,
      stdout: `${file}: ${name} myuser/gptneo:v2 → myuser/gptneo:v1\nedited; nothing moves until it is synced\n`,
    });
    expect(ran.stderr).toMatch(/^Undoes [0-9a-f]{8} Change 1\.\n$/);
    expect(await repo.read(file)).toBe(short("myuser/gptneo:v1"));
  });

  it("leaves no difference to the commit before, for lock and description too", async () => {
    const long = (fields: string): string => around(`  ${name}: # reviewed\n    target: ${fields}`);
    const forms = [
      short("pipeline_a"),
      long("pipeline_a\n    locked: true\n"),
      long("pipeline_a\n    locked: true\n    description: Frozen for the audit.\n"),
      long('pipeline_a\n    description: "Thawed: soon"\n'),
      short("myuser/gptneo:v4"),
    ];
    for (const [at, before] of forms.entries()) {
      const after = forms[(at + 1) % forms.length] ?? "";
      const repo = await moved(before, after);
      const ran = await repo.here(["rollback", name, "--commit"]);
      expect(ran).toMatchObject({ code: 0 });
      expect(await diffOf(repo, "HEAD~2..HEAD")).toEqual([]);
      expect(await repo.read(file)).toBe(before);
    }
  }, 60_000);

  it("commits just that file, and says what it undoes", async () => {
    const repo = await moved(short("myuser/gptneo:v1"), short("myuser/gptneo:v2"));
    const undone = repo.git("rev-parse", "HEAD");
    await repo.write("other.txt", "mine");
    const { code, stdout } = await repo.here(["rollback", name, "--commit", "--format", "json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      pointer: name,
      file,
      before: { target: "myuser/gptneo:v2", locked: false },
      after: { target: "myuser/gptneo:v1", locked: false },
      commit: repo.git("rev-parse", "HEAD"),
    });
    expect(repo.git("log", "-1", "--format=%B")).toBe(
      `Roll back ${name} to myuser/gptneo:v1\n\nUndoes ${undone.slice(0, 8)} Change 1`,
    );
    expect(repo.git("show", "--name-only", "--format=")).toBe(file);
    expect(repo.git("status", "--porcelain")).toBe("?? other.txt");
    const again = await repo.here(["rollback", name, "--commit", "-m", "On second thought"]);
    expect(again.stdout).toContain("myuser/gptneo:v1 → myuser/gptneo:v2\ncommitted");
    expect(repo.git("log", "-1", "--format=%B")).toMatch(
      /^On second thought\n\nUndoes [0-9a-f]{8} Roll back/,
    );
  });

  it("goes back to a commit, a tag or a date", async () => {
    const versions = ["v1", "v2", "v3"].map((version) => short(`myuser/gptneo:${version}`));
    const repo = await moved(...versions);
    repo.git("tag", "release", "HEAD~1");
    await repo.here(["rollback", name, "--to", "HEAD~2"]);
    expect(await repo.read(file)).toBe(versions[0]);
    const ran = await repo.here(["rollback", name, "--to", "release"]);
    expect(ran.stderr).toMatch(/^As declared at [0-9a-f]{8} Change 1\.\n$/);
    expect(await repo.read(file)).toBe(versions[1]);
    repo.git("branch", "sunday-release", "HEAD~2");
    await repo.here(["rollback", name, "--to", "sunday-release"]);
    expect(await repo.read(file)).toBe(versions[0]);
    const now = await repo.here(["rollback", name, "--to", "2999-01-01"]);
    expect(now).toMatchObject({ code: 0 });
    expect(await repo.read(file)).toBe(versions[2]);
    const same = await repo.here(["rollback", name, "--to", "HEAD"]);
    expect(same).toMatchObject({ code: 0, stdout: `${name} is myuser/gptneo:v3 already: nothing to do.\n` });
    for (const to of ["1999-01-01", "nowhere", "--help-me"]) {
      expect(await repo.here(["rollback", name, "--to", to])).toMatchObject({ code: 1, stdout: "" });
    }
    expect(await repo.read(file)).toBe(versions[2]);
  });

  it.each([
    ["v1", "myuser/gptneo:v1"],
    ["myuser/gptneo:v1", "myuser/gptneo:v1"],
    ["myuser/gptneo:prod", "myuser/gptneo:prod"],
  ])("--to %s, which is no commit, is answered with the command that moves it there", async (to, target) => {
    const repo = await moved(short("myuser/gptneo:v1"), short("myuser/gptneo:v2"));
    const { code, stderr } = await repo.here(["rollback", name, "--to", to]);
    expect(code).toBe(1);
    expect(stderr).toContain(`There is no commit "${to}"`);
    expect(stderr).toContain(`\`pointsman set ${name} ${target}\``);
    expect(stderr).not.toContain("shallow");
    expect((await repo.here(["rollback", name, "--to", name])).stderr).not.toContain("pointsman set");
  });

  it("passes over changes of its neighbours, and over states that could not be read", async () => {
    const repo = await moved(
      short("myuser/gptneo:v1"),
      "pointers: [\n",
      short("myuser/gptneo:v2"),
      short("myuser/gptneo:v2").replace("v9", "v10"),
    );
    await repo.here(["rollback", name]);
    expect(await repo.read(file)).toBe(short("myuser/gptneo:v1").replace("v9", "v10"));
    const broken = await repo.here(["rollback", name, "--to", "HEAD~2"]);
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toMatch(/gptneo\.yaml cannot be read at [0-9a-f]{8} Change 1/);
  });

  it("an edit that is not committed is the last change", async () => {
    const repo = await moved(short("myuser/gptneo:v1"), short("myuser/gptneo:v2"));
    await repo.write(file, short("myuser/gptneo:v3"));
    const refused = await repo.here(["rollback", name, "--commit"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    const ran = await repo.here(["rollback", name]);
    expect(ran.stderr).toBe(`Undoes the edit of ${name} that is not committed.\n`);
    expect(repo.git("status", "--porcelain")).toBe("");
  });

  it.each([
    ["in the file of its pipeline", file, pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }), file],
    [
      "in a file of its own",
      "pointers/myuser/gptneo/stable.yaml",
      null,
      "pointers/myuser/gptneo/stable.yaml",
    ],
    [
      "in the layout that its pipeline has by now",
      file,
      { "pointers/myuser/gptneo/latest.yaml": pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }) },
      "pointers/myuser/gptneo/stable.yaml",
    ],
  ])("declares a removed pointer again, %s", async (_, was, rest, place) => {
    const repo = await makeRepo({
      "pointsman.yaml": "version: 1\n",
      [was]: pointerFile({ [name]: "myuser/gptneo:v1" }),
    });
    repo.git("rm", "--quiet", was);
    if (typeof rest === "string") await repo.write(was, rest);
    else for (const [path, text] of Object.entries(rest ?? {})) await repo.write(path, text);
    repo.commit("Remove it");
    const ran = await repo.here(["rollback", name, "--commit"]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain(`${place}: ${name} myuser/gptneo:v1\n`);
    expect(await repo.read(place)).toContain(`  ${name}: myuser/gptneo:v1\n`);
    expect(await repo.here(["validate"])).toMatchObject({ code: 0 });
  });

  it("refuses, with the reason, what cannot be", async () => {
    const repo = await makeRepo({
      "pointsman.yaml": "version: 1\n",
      [file]: pointerFile({
        "myuser/gptneo:old": "myuser/gptneo:v1",
        [name]: "myuser/gptneo:old",
        "myuser/gptneo:prod": name,
        "myuser/gptneo:held": "myuser/gptneo:v1",
      }),
    });
    const long = "    target: myuser/gptneo:v2\n    locked: true\n";
    await repo.write(
      file,
      `${pointerFile({ [name]: "myuser/gptneo:v2", "myuser/gptneo:prod": name })}\n  myuser/gptneo:held:\n${long}`,
    );
    repo.commit("Move on");
    const before = repo.git("rev-parse", "--short=8", "HEAD~1");
    const text = await repo.read(file);
    const refusals: readonly (readonly [string[], RegExp])[] = [
      [[name], /cannot go back to myuser\/gptneo:old\. No pointer myuser\/gptneo:old is declared/],
      [
        ["myuser/gptneo:prod"],
        /no earlier declaration: it is as [0-9a-f]{8} Start declared[^]*rollback myuser\/gptneo:stable` moves it back/,
      ],
      [["myuser/gptneo:held"], new RegExp(`is locked at myuser/gptneo:v2[^]*--unlock[^]*--to ${before}`)],
      [
        ["myuser/gptneo:sable"],
        /No pointer myuser\/gptneo:sable is declared[^]*did you mean myuser\/gptneo:stable/i,
      ],
      [["../../etc"], /is no pointer's name/],
    ];
    for (const [args, reason] of refusals) {
      const ran = await repo.here(["rollback", ...args]);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(reason);
    }
    await repo.write(file, `${text}\n  myuser/gptneo:new: myuser/gptneo:v2\n`);
    repo.commit("Add another");
    const unborn = await repo.here(["rollback", "myuser/gptneo:new"]);
    expect(unborn.stderr).toMatch(/no earlier declaration[^]*pointsman remove myuser\/gptneo:new/);
    const then = await repo.here(["rollback", "myuser/gptneo:new", "--to", "HEAD~1"]);
    expect(then.stderr).toMatch(/was not declared at [0-9a-f]{8} Move on[^]*pointsman remove/);
    expect(repo.git("status", "--porcelain")).toBe("");
  });

  it("a clone too shallow to tell says so", async () => {
    const repo = await moved(short("myuser/gptneo:v1"), short("myuser/gptneo:v2"));
    const clone = await makeRepo();
    clone.git("fetch", "--quiet", "--depth", "1", `file://${repo.dir}`, "main");
    clone.git("reset", "--quiet", "--hard", "FETCH_HEAD");
    const ran = await clone.here(["rollback", name]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/history is too short[^]*--unshallow/);
  });
});
