import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import reportSchema from "../../schemas/report.schema.json" with { type: "json" };
import { type TestRepo, here, makeFolder, makeRepo, openRepo, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const other = "pointers/other/whisper.yaml";
let repo: TestRepo;
const commits: string[] = [];

/** Each state is one commit, an hour after the last. */
const states: readonly Readonly<Record<string, string | null>>[] = [
  { "pointsman.yaml": "version: 1\n", [file]: pointerFile({ "myuser/gptneo:stable": "myuser/gptneo:v1" }) },
  {
    [file]: pointerFile({
      "myuser/gptneo:stable": "myuser/gptneo:v1",
      "myuser/gptneo:prod": "other/whisper:base",
    }),
    [other]: pointerFile({ "other/whisper:base": "other/whisper:v1" }),
  },
  { [other]: pointerFile({ "other/whisper:base": "other/whisper:v2" }) },
  { [other]: "pointers: [\n" },
  { [other]: pointerFile({ "other/whisper:base": "other/whisper:v3" }), "README.md": "unrelated\n" },
  { [file]: pointerFile({ "myuser/gptneo:stable": "myuser/gptneo:v1" }) },
];

beforeAll(async () => {
  repo = await makeRepo();
  for (const [index, state] of states.entries()) {
    for (const [path, text] of Object.entries(state)) await repo.write(path, text ?? "");
    repo.git("add", ".");
    process.env["GIT_COMMITTER_DATE"] = `2026-11-17T${String(10 + index)}:00:00Z`;
    repo.git("commit", "--quiet", "-m", `State ${index}`);
    commits.push(repo.git("rev-parse", "HEAD").trim());
  }
  delete process.env["GIT_COMMITTER_DATE"];
});

/** A row of any of the documents asked for here. */
interface Row {
  readonly action: string;
  readonly commit: string;
  readonly pointer: string;
  readonly pipeline: string;
  readonly state: string;
  readonly moved: string;
  readonly before: { readonly pipeline: string | null } | null;
  readonly after: { readonly pipeline: string | null; readonly trouble?: string } | null;
}
type Document = Record<"entries" | "changes" | "pointers", Row[]>;

const json = async (...args: string[]): Promise<{ code: number | null; data: Document }> => {
  const { code, stdout } = await here(["--format", "json", ...args], { cwd: repo.dir });
  return { code, data: JSON.parse(stdout) as Document };
};

describe("history NAME", () => {
  it("has every commit that moved it, through its chain too, and which link moved", async () => {
    const { data } = await json("history", "myuser/gptneo:prod");
    expect(
      data.entries.map((entry: Row) => [
        commits.indexOf(entry.commit),
        entry.moved,
        entry.before?.pipeline,
        entry.after?.pipeline ?? entry.after?.trouble,
      ]),
    ).toEqual([
      [5, "myuser/gptneo:prod", "other/whisper:v3", undefined],
      [4, "other/whisper:base", null, "other/whisper:v3"],
      [3, "other/whisper:base", "other/whisper:v2", "unreadable"],
      [2, "other/whisper:base", "other/whisper:v1", "other/whisper:v2"],
      [1, "myuser/gptneo:prod", undefined, "other/whisper:v1"],
    ]);
    expect(data.entries[3]).toMatchObject({
      subject: "State 2",
      author: expect.stringMatching(/./),
      via: ["other/whisper:base", "other/whisper:v2"],
    });
  });

  it("tells it as text, and a removed pointer still has its history", async () => {
    const { stdout } = await here(["history", "myuser/gptneo:prod", "-n", "2"], { cwd: repo.dir });
    expect(stdout).toContain("State 5\n  myuser/gptneo:prod  removed (was other/whisper:v3)\n");
    expect(stdout).toContain("since other/whisper:base moved");
    expect(stdout.match(/State/g)).toHaveLength(2);
  });

  it("of a name that nobody ever declared says so, with what was meant", async () => {
    const { code, stderr } = await here(["history", "myuser/gptneo:stabel"], { cwd: repo.dir });
    expect([code, stderr]).toEqual([1, expect.stringContaining("Did you mean myuser/gptneo:stable?")]);
    const emptied = await makeRepo({ "pointers/a/b.yaml": pointerFile({ "a/b:prod": "pipeline_1" }) });
    emptied.git("rm", "--quiet", "-r", "pointers");
    emptied.commit("Move elsewhere");
    const { stderr: said } = await emptied.here(["history", "a/b:dev"]);
    expect(said).toContain("No commit here ever declared a/b:dev.");
  });

  it("without a name is of every pointer, newest first", async () => {
    const { data } = await json("history");
    expect(data.entries.map((entry: Row) => `${commits.indexOf(entry.commit)} ${entry.pointer}`)).toEqual([
      "5 myuser/gptneo:prod",
      "4 myuser/gptneo:prod",
      "4 other/whisper:base",
      "3 myuser/gptneo:prod",
      "3 other/whisper:base",
      "2 myuser/gptneo:prod",
      "2 other/whisper:base",
      "1 myuser/gptneo:prod",
      "1 other/whisper:base",
      "0 myuser/gptneo:stable",
    ]);
  });

  it("cut within a commit says how much more it moved", async () => {
    const inside = await here(["history", "-n", "2"], { cwd: repo.dir });
    expect(inside.stdout).toMatch(/State 4\n.*:prod.*\n {2}… and 1 more pointer that this commit moved\n$/);
    const { stdout, stderr } = await here(["history", "-n", "2", "--format", "json"], { cwd: repo.dir });
    expect((JSON.parse(stdout) as Document).entries).toHaveLength(2);
    expect(stderr).toContain("-n ends within a commit, which moved 1 more pointer.");
    const between = await here(["history", "-n", "3"], { cwd: repo.dir });
    expect(between.stdout + between.stderr).not.toContain("more pointer");
  });

  it("is the same by isomorphic-git", async () => {
    const [git, js] = await Promise.all(
      ["git", "js"].map((kind) => here(["history"], { cwd: repo.dir, env: { POINTSMAN_GIT: kind } })),
    );
    expect(js?.stdout).toBe(git?.stdout);
  });
});

describe.each(["git", "js"])("in a shallow clone (%s)", (kind) => {
  let clone: TestRepo;
  beforeAll(async () => {
    clone = openRepo(await makeFolder(), { POINTSMAN_GIT: kind });
    clone.git("clone", "--quiet", "--depth", "2", `file://${repo.dir}`, ".");
  });

  it("history does not take what was cut off for nothing", async () => {
    const all = await clone.here(["history", "--format", "json"]);
    const { entries } = JSON.parse(all.stdout) as Document;
    expect(entries.map((entry) => [commits.indexOf(entry.commit), entry.pointer, entry.before])).toEqual([
      [5, "myuser/gptneo:prod", { pipeline: "other/whisper:v3", locked: false }],
    ]);
    expect(all.stderr).toContain("what its first commit changed, and what came before, is not here");
    const one = await clone.here(["history", "other/whisper:base"]);
    expect(one).toMatchObject({ code: 0, stdout: "Nothing moved.\n" });
    expect(one.stderr).toContain("is not here");
    const { stderr } = await clone.here(["history", "other/whisper:gone"]);
    expect(stderr).toMatch(/No commit of this shallow clone ever declared .*\n.*git fetch --unshallow/);
  });

  it.each([
    ["diff", "HEAD~1"],
    ["diff", "HEAD~3..HEAD"],
    ["resolve", "other/whisper:base", "--at", "HEAD~3"],
    ["resolve", "other/whisper:base", "--at", "2026-11-17 12:30Z"],
    ["rollback", "other/whisper:base"],
  ])("%s %s says that it is not known", async (...args) => {
    const ran = await clone.here(args);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("git fetch --unshallow");
  });
});

describe("diff", () => {
  const ends = (data: Document): string[] =>
    data.changes.map(
      (change: Row) =>
        `${change.action} ${change.pointer} ${change.before?.pipeline} → ${change.after?.pipeline}`,
    );

  it("of two commits has what ends up elsewhere, directly or through a chain", async () => {
    const { data } = await json("diff", `${commits[1]}..${commits[2]}`);
    expect(ends(data)).toEqual([
      "update myuser/gptneo:prod other/whisper:v1 → other/whisper:v2",
      "update other/whisper:base other/whisper:v1 → other/whisper:v2",
    ]);
  });

  it("of one commit is against its first parent, of the first commit against nothing", async () => {
    expect(ends((await json("diff", "HEAD")).data)).toEqual([
      "delete myuser/gptneo:prod other/whisper:v3 → undefined",
    ]);
    expect(ends((await json("diff", commits[0] ?? "")).data)).toEqual([
      "create myuser/gptneo:stable undefined → myuser/gptneo:v1",
    ]);
  });

  it("of one commit says that it is not compared with what came later, as git would", async () => {
    const noteOf = async (...args: string[]) => (await here(["diff", ...args], { cwd: repo.dir })).stderr;
    expect(await noteOf("HEAD~1")).toContain("`pointsman diff HEAD~1..HEAD` is what has changed since.");
    expect(await noteOf("HEAD")).toContain("`pointsman diff` is what is not committed.");
    expect(await noteOf("HEAD~1..HEAD")).not.toContain("This is what");
    expect(await noteOf()).not.toContain("This is what");
  });

  it("leaves out what cannot be read, and says so", async () => {
    const { stdout, stderr } = await here(["diff", `${commits[2]}..${commits[3]}`], { cwd: repo.dir });
    expect(stdout).not.toContain("whisper:base");
    expect(stderr).toContain("has 1 problem");
  });

  it("without arguments compares HEAD with the working tree, and --format markdown is a table", async () => {
    await repo.write(file, pointerFile({ "myuser/gptneo:stable": "myuser/gptneo:v2" }));
    const { stdout } = await here(["diff", "--format", "markdown"], { cwd: repo.dir });
    expect(stdout).toContain("| ~ | `myuser/gptneo:stable` | `:v1` | `:v2` |  |");
    repo.git("checkout", "--quiet", "--", ".");
  });
});

describe("what was declared at a time", () => {
  it.each([
    ["list", "HEAD~4"],
    ["list", "2026-11-17 11:30Z"],
  ])("%s --at %s", async (command, at) => {
    const { data } = await json(command, "--at", at);
    expect(data.pointers.map((row: Row) => `${row.pointer} ${row.pipeline} ${row.state}`)).toEqual([
      "myuser/gptneo:prod other/whisper:v1 declared",
      "myuser/gptneo:stable myuser/gptneo:v1 declared",
      "other/whisper:base other/whisper:v1 declared",
    ]);
  });

  it("says that it is what was declared, not what ran", async () => {
    const { stderr } = await here(["list", "--at", "HEAD~1"], { cwd: repo.dir });
    expect(stderr).toContain("a registry says: `pointsman resolve NAME --at DATE --remote R`.");
    expect(stderr).toContain("Declared at commit");
  });

  it.each(["2026-02-30", "2026-13-01", "2026-02-30 14:00", "2026-11-17 25:00"])(
    "%s is no date",
    async (date) => {
      for (const args of [
        ["list", "--at", date],
        ["history", "--since", date],
      ]) {
        const ran = await here(args, { cwd: repo.dir });
        expect(ran).toMatchObject({ code: 1, stdout: "" });
        expect(ran.stderr).toContain(
          `${date} is no date of the calendar.\n  A date is written as 2026-11-17, `,
        );
      }
    },
  );

  it("--since leaves out no commit below one of a clock that was wrong", async () => {
    const made = await makeRepo();
    for (const [tag, date] of [
      ["aa", "2026-03-01"],
      ["bb", "2026-03-02"],
      ["cc", "2020-01-01"],
    ] as const) {
      await made.write(`pointers/a/b/${tag}.yaml`, pointerFile({ [`a/b:${tag}`]: "pipeline_1" }));
      made.git("add", ".");
      execFileSync("git", ["commit", "--quiet", "--message", tag], {
        cwd: made.dir,
        env: { ...process.env, GIT_COMMITTER_DATE: `${date}T12:00:00Z` },
      });
    }
    for (const [args, pointers] of [
      [[], ["a/b:bb", "a/b:aa"]],
      [["-n", "1"], ["a/b:bb"]],
    ] as const) {
      const ran = await made.here(["history", "--since", "2026-03-01", ...args, "--format", "json"]);
      expect(JSON.parse(ran.stdout).entries.map(({ pointer }: Row) => pointer)).toEqual(pointers);
    }
  });

  it.each([
    ["list", "--at"],
    ["resolve", "myuser/gptneo:prod", "--at"],
    ["rollback", "myuser/gptneo:prod", "--to"],
  ])("%s says how a date is written, of what is no commit either", async (...args) => {
    const ran = await here([...args, "yesterdy"], { cwd: repo.dir });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(
      /no commit "yesterdy".*\n {2}Name a branch.* A date is written as 2026-11-17, /,
    );
  });

  it("of a name that was not declared then is no answer, whatever the remote has today", async () => {
    const env = { POINTSMAN_URL: "http://127.0.0.1:1", POINTSMAN_TOKEN: "" };
    const at = async (name: string, ref: string) =>
      here(["resolve", name, "--at", ref, "--format", "json"], { cwd: repo.dir, env });
    const errorOf = async (name: string, ref: string) => {
      const { code, stdout } = await at(name, ref);
      expect(code).toBe(1);
      return (JSON.parse(stdout) as { error: Record<string, string> }).error;
    };
    const short = (commit: number): string => `${commits[commit]?.slice(0, 8)}`;
    expect(await errorOf("myuser/gptneo:prod", commits[0] ?? "")).toEqual({
      code: "pointer-unknown",
      message: `myuser/gptneo:prod was not declared at commit ${short(0)}.`,
      hint: "`pointsman history myuser/gptneo:prod` shows when it was.",
    });
    expect(await errorOf("myuser/gptneo:stabel", "HEAD")).toMatchObject({
      hint: "Did you mean myuser/gptneo:stable?",
    });
    expect(await errorOf("other/whisper:base", "HEAD~2")).toEqual({
      code: "file-invalid",
      message: `${other} cannot be read at commit ${short(3)}.`,
    });
    expect(await errorOf("latest", "HEAD")).toMatchObject({ code: "usage" });
    // A version never moves, so that the remote may be asked.
    expect(await errorOf("myuser/gptneo:v1", "HEAD~5")).toMatchObject({ code: "environment-invalid" });
  });

  it("a date in words is said to need git, where there is none", async () => {
    for (const args of [
      ["list", "--at", "yesterday"],
      ["history", "--since", "3 days ago"],
    ]) {
      const ran = await here(args, { cwd: repo.dir, env: { POINTSMAN_GIT: "js" } });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(
        /^error: A date such as "(yesterday|3 days ago)" is read by the git program\.\n/,
      );
    }
  });

  it("before the first commit there was nothing", async () => {
    const { code, stderr } = await here(["list", "--at", "2020-01-01"], { cwd: repo.dir });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/no commit yet by 2020-01-01\.\n {2}The first one is [0-9a-f]{8}, of 20\d\d-/),
    ]);
  });
});

describe("a pointer repository whose folder was moved", () => {
  it.each(["git", "js"])("keeps its history, its causes and what it owns (%s)", async (kind) => {
    const moved = await makeRepo();
    const at = { cwd: moved.dir, env: { POINTSMAN_GIT: kind } };
    await here(["init"], at);
    for (let upload = 0; upload < 2; upload += 1) await here(["publish", "m/x"], at);
    await moved.write("pointers/m/x.yaml", pointerFile({ "m/x:latest": "m/x:v1", "m/x:gone": "m/x:v1" }));
    moved.commit("First");
    await here(["sync", "--yes"], at);
    await moved.write("pointers/m/x.yaml", pointerFile({ "m/x:latest": "m/x:v2" }));
    moved.commit("Second");
    await moved.write("pointsman.yaml", "version: 1\nroot: services/models\n");
    await moved.write("services/models/pointers/m/x.yaml", await moved.read("pointers/m/x.yaml"));
    moved.git("rm", "--quiet", "pointers/m/x.yaml");
    moved.commit("Move the folder");
    const { stdout } = await here(["history"], at);
    expect(stdout).not.toContain("Move the folder");
    expect(stdout).toContain("m/x:gone  removed (was :v1)");
    const { changes } = JSON.parse((await here(["plan", "--prune", "--format", "json"], at)).stdout) as {
      changes: { pointer: string; action: string; cause: { kind: string; subject: string } }[];
    };
    expect(changes.map(({ pointer, action, cause }) => [pointer, action, cause.kind, cause.subject])).toEqual(
      [
        ["m/x:gone", "delete", "behind", "Second"],
        ["m/x:latest", "update", "behind", "Second"],
      ],
    );
  });
});

describe("sync --report", () => {
  it("writes what the schema says: what was applied, when, from which commit, and what was there before", async () => {
    const fresh = await makeRepo();
    const at = { cwd: fresh.dir };
    await here(["init"], at);
    await here(["publish", "myuser/gptneo"], at);
    await here(["set", "myuser/gptneo:latest", "myuser/gptneo:v1"], at);
    fresh.git("add", ".");
    fresh.git("commit", "--quiet", "-m", "First");
    expect((await here(["sync", "--yes", "--report", "report.json"], at)).code).toBe(0);
    const report = JSON.parse(await readFile(join(fresh.dir, "report.json"), "utf8"));
    const validate = new Ajv2020().compile(reportSchema);
    validate(report);
    expect(validate.errors).toBeNull();
    expect(report).toMatchObject({
      commit: fresh.git("rev-parse", "HEAD").trim(),
      results: [
        {
          pointer: "myuser/gptneo:latest",
          action: "create",
          status: "applied",
          before: null,
          cause: { kind: "new" },
        },
      ],
    });
  });
});
