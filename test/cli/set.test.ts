import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { chmod, mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { cli, makeFolder, makeRepo, openRepo, pointerFile, start } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const text = `# Who may move these: the platform team.
pointers:
  myuser/gptneo:latest: myuser/gptneo:v2   # moved by CI

  "myuser/gptneo:stable":
    # Frozen for the audit.
    description: >-
      Keep it.
    locked: true
    target: 'pipeline_abcd1234'

  myuser/gptneo:prod: myuser/gptneo:latest
`;

describe("set", () => {
  it("changes the target, and no other byte", async () => {
    for (const [before, after] of [
      [text, text.replace(":v2 ", ":v3 ")],
      [text.replaceAll("\n", "\r\n"), text.replace(":v2 ", ":v3 ").replaceAll("\n", "\r\n")],
      [`\u{feff}${text.trimEnd()}`, `\u{feff}${text.replace(":v2 ", ":v3 ").trimEnd()}`],
    ] as const) {
      const repo = await makeRepo({ [file]: before });
      const ran = await repo.here(["set", "myuser/gptneo:latest", "myuser/gptneo:v3"]);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).toBe(
        `${file}: myuser/gptneo:latest myuser/gptneo:v2 → myuser/gptneo:v3\nedited; nothing moves until it is synced\n`,
      );
      expect(await repo.read(file)).toBe(after);
    }
  });

  it("locks and unlocks, and moves a pointer while it unlocks it", async () => {
    const repo = await makeRepo({ [file]: text });
    expect((await repo.here(["set", "myuser/gptneo:latest", "--lock"])).code).toBe(0);
    expect(await repo.read(file)).toBe(
      text.replace(
        "latest: myuser/gptneo:v2   # moved by CI",
        "latest:   # moved by CI\n    target: myuser/gptneo:v2\n    locked: true",
      ),
    );
    expect((await repo.here(["set", "myuser/gptneo:stable", "myuser/gptneo:v4", "--unlock"])).code).toBe(0);
    expect(await repo.read(file)).toContain("locked: false\n    target: 'myuser/gptneo:v4'");
  });

  it("says that there is nothing to do where there is nothing to do", async () => {
    const repo = await makeRepo({ [file]: text });
    const ran = await repo.here(["set", "myuser/gptneo:latest", "myuser/gptneo:v2"]);
    expect(ran).toMatchObject({
      code: 0,
      stdout: "myuser/gptneo:latest is myuser/gptneo:v2 already: nothing to do.\n",
    });
  });

  it("waits for its turn: of edits of one file at the same time none is lost, and all are done", async () => {
    const before = text.replace("latest: ", "latest:    ");
    const repo = await makeRepo({ [file]: before.replace("gptneo:v2", "gptneo:v1") });
    await repo.write(file, before);
    repo.commit();
    const lock = join(repo.dir, `${file}.lock`);
    await writeFile(lock, "");
    const tags = ["one", "two", "three"];
    const running = Promise.all([
      ...tags.map((tag) => repo.run(["set", `myuser/gptneo:${tag}`, "myuser/gptneo:v1"])),
      repo.run(["create", "pointers", "myuser/gptneo:four", "myuser/gptneo:v1"]),
      repo.run(["remove", "myuser/gptneo:prod"]),
      repo.run(["rollback", "myuser/gptneo:latest"]),
      repo.run(["fmt"]),
    ]);
    // Until most have read the file, it is in one hand after another.
    for (let turn = 0; turn < 20; turn += 1) {
      await utimes(lock, turn, turn);
      await sleep(100);
    }
    // An editor waits for nobody.
    await repo.write("draft", `${before}\n  myuser/gptneo:five: myuser/gptneo:v1\n`);
    await rename(join(repo.dir, "draft"), join(repo.dir, file));
    await rm(lock);
    const runs = await running;
    expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    const after = await repo.read(file);
    for (const tag of [...tags, "four", "five"])
      expect(after).toContain(`  myuser/gptneo:${tag}: myuser/gptneo:v1`);
    expect(after).not.toContain("myuser/gptneo:prod:");
    expect(after).toContain("latest: myuser/gptneo:v1");
    expect(repo.git("status", "--porcelain")).toBe(`M ${file}`);
  });

  it("leaves no draft behind that there is no room for", async () => {
    const repo = await makeRepo({ [file]: `# ${"x".repeat(8192)}\n${text}` });
    const command = `ulimit -f 4; exec "${process.execPath}" "${cli}" set myuser/gptneo:prod myuser/gptneo:v3`;
    const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: repo.dir, encoding: "utf8" });
    expect(stderr).toMatch(/^error: pointers\/myuser\/gptneo\.yaml cannot be written: /);
    expect(status).toBe(1);
    expect(repo.git("status", "--porcelain")).toBe("");
  });

  it("says that a name is new, and which one it may be a typing error of", async () => {
    const repo = await makeRepo({ [file]: text });
    const said = async (...args: string[]) => (await repo.here([...args, "myuser/gptneo:v1"])).stderr;
    expect(await said("set", "myuser/gptneo:lastest")).toBe(
      "myuser/gptneo:lastest is a new pointer; did you mean myuser/gptneo:latest?\n",
    );
    expect(await said("set", "myuser/gptneo:europe")).toBe("myuser/gptneo:europe is a new pointer.\n");
    expect(await said("set", "myuser/gptneo:lastest")).toBe("");
    expect(await said("create", "pointers", "myuser/gptneo:latests")).toBe("");
  });

  it("writes where the pipeline's other pointers are, and a new pipeline to its own file", async () => {
    const repo = await makeRepo({
      [file]: text,
      "pointers/myuser/whisper/latest.yaml": pointerFile({ "myuser/whisper:latest": "pipeline_a" }),
    });
    for (const [name, path] of [
      ["myuser/gptneo:beta", file],
      ["myuser/whisper:prod", "pointers/myuser/whisper/prod.yaml"],
      ["other/model:latest", "pointers/other/model.yaml"],
    ] as const) {
      const ran = await repo.here(["create", "pointers", name, "pipeline_b", "--format", "json"]);
      expect(JSON.parse(ran.stdout)).toMatchObject({ file: path });
    }
    expect(await repo.read(file)).toBe(`${text}\n  myuser/gptneo:beta: pipeline_b\n`);
    expect(await repo.read("pointers/other/model.yaml")).toBe(
      "pointers:\n  other/model:latest: pipeline_b\n",
    );
    expect((await repo.here(["validate"])).stdout).toContain("ok: 7 pointers in 4 files");
  });

  it.each([
    [
      "a target that dangles",
      ["myuser/gptneo:prod", "myuser/gptneo:latset"],
      /did you mean myuser\/gptneo:latest\?/,
    ],
    ["itself", ["myuser/gptneo:prod", "myuser/gptneo:prod"], /points at itself/],
    ["a circle", ["myuser/gptneo:latest", "myuser/gptneo:prod"], /circle.*latest → .*prod → .*latest/],
    [
      "a locked pointer",
      ["myuser/gptneo:stable", "myuser/gptneo:v9"],
      /is locked at pipeline_abcd1234[^]*pointsman set myuser\/gptneo:stable myuser\/gptneo:v9 --unlock;/,
    ],
    ["a lock on what moves", ["myuser/gptneo:prod", "--lock"], /can move/],
    ["a version", ["myuser/gptneo:v3", "pipeline_a"], /:v3 cannot be declared/],
    [
      "a version in upper case",
      ["myuser/gptneo:prod", "myuser/gptneo:V1"],
      /No pointer myuser\/gptneo:V1 is declared; did you mean myuser\/gptneo:v1\?/,
    ],
    ["a name that is none", ["myuser/GPTneo:prod", "pipeline_a"], /did you mean myuser\/gptneo:prod\?/],
    ["a target that is none", ["myuser/gptneo:prod", "a b"], /no pipeline id/],
    [
      "a target that is empty",
      ["myuser/gptneo:prod", ""],
      /^error: The target of myuser\/gptneo:prod is empty\.$/m,
    ],
    ["escapes", ["myuser/gptneo:prod", "\u001b[31mx"], /\\u\{1b\}/],
  ])("refuses %s, and leaves the file as it is", async (_, args, says) => {
    const repo = await makeRepo({ [file]: text });
    const ran = await repo.here(["set", ...args]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(says);
    expect(await repo.read(file)).toBe(text);
  });

  it.each([["v3"], ["latest"]])("says that %s alone is no tag but a pipeline's id", async (target) => {
    const repo = await makeRepo({ [file]: text });
    const ran = await repo.here(["set", "myuser/gptneo:prod", target]);
    expect(ran).toMatchObject({
      code: 0,
      stderr: `${target} is taken for a pipeline's id; did you mean myuser/gptneo:${target}?\n`,
    });
    expect((await repo.here(["set", "myuser/gptneo:prod", "pipeline_v3"])).stderr).toBe("");
  });

  it("refuses to create what is declared, and to remove what is used or unknown", async () => {
    const repo = await makeRepo({ [file]: text });
    const created = await repo.here(["create", "pointers", "myuser/gptneo:prod", "pipeline_a"]);
    expect(created.stderr).toMatch(/declared already, at pointers\/myuser\/gptneo\.yaml:12[^]*pointsman set/);
    const used = await repo.here(["remove", "myuser/gptneo:latest"]);
    expect(used.stderr).toMatch(/myuser\/gptneo:prod \(pointers\/myuser\/gptneo\.yaml:12\) would dangle/);
    const unknown = await repo.here(["remove", "myuser/gptneo:prdo"]);
    expect(unknown.stderr).toMatch(/Did you mean myuser\/gptneo:prod\?/);
    expect([created, used, unknown].map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(await repo.read(file)).toBe(text);
    const removed = await repo.here(["remove", "myuser/gptneo:prod"]);
    expect(removed).toMatchObject({
      code: 0,
      stderr: "A remote that has myuser/gptneo:prod keeps it until `pointsman sync --prune`.\n",
    });
    expect(await repo.read(file)).toBe(text.slice(0, text.lastIndexOf("\n\n") + 1));
  });

  it("says of a locked one that no sync deletes it", async () => {
    const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:prod": "pipeline_a" }) });
    await repo.here(["set", "myuser/gptneo:prod", "--lock"]);
    const removed = await repo.here(["remove", "myuser/gptneo:prod"]);
    expect(removed.stderr).toMatch(/prod locked keeps it: --prune deletes nothing that is locked\./);
    expect(removed.stderr).not.toContain("until");
  });
});

it("what is being written is finished where Ctrl-C comes", async () => {
  const names = Array.from({ length: 300 }, (_, number) => `myuser/m${number}`);
  const files = names.map((name) => [`pointers/${name}.yaml`, `pointers:\n  ${name}:prod:  ${name}:v1\n`]);
  const repo = await makeRepo(Object.fromEntries(files) as Record<string, string>);
  const { child, ended } = start(["fmt"], { cwd: repo.dir });
  while (!readdirSync(join(repo.dir, "pointers/myuser")).some((name) => name.endsWith(".lock")))
    await setImmediate();
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 0, stderr: expect.stringContaining("Stopping") as string });
  expect(repo.git("status", "--porcelain", "--untracked-files").split("\n")).toHaveLength(300);
});

describe("set --commit", () => {
  const set = ["set", "myuser/gptneo:prod", "myuser/gptneo:v1", "--commit"];

  it("commits that file alone, whatever else is edited or staged", async () => {
    const repo = await makeRepo({
      [file]: text,
      "pointers/a/b.yaml": pointerFile({ "a/b:cc": "pipeline_a" }),
    });
    await repo.write("pointers/a/b.yaml", pointerFile({ "a/b:cc": "pipeline_b" }));
    await repo.write("staged.txt", "x");
    repo.git("add", "staged.txt");
    const ran = await repo.here([...set, "-m", "Freeze prod", "--format", "json"]);
    const head = repo.git("rev-parse", "HEAD");
    expect(JSON.parse(ran.stdout)).toMatchObject({ commit: head });
    expect(repo.git("show", "--format=%an: %s", "--name-only", "HEAD")).toBe(
      `Ada Lovelace: Freeze prod\n\n${file}`,
    );
    expect(repo.git("status", "--porcelain")).toBe("M pointers/a/b.yaml\nA  staged.txt");
  });

  it("commits where the file is, also in a hook of another repository", async () => {
    const [repo, other] = [await makeRepo({ [file]: text }), await makeRepo({ [file]: text })];
    const before = other.git("rev-parse", "HEAD");
    const [gitDir, index] = [join(other.dir, ".git"), join(other.dir, ".git/index")];
    const env = { GIT_DIR: gitDir, GIT_INDEX_FILE: index, GIT_PREFIX: "", GIT_AUTHOR_NAME: "Grace" };
    const ran = await repo.here([...set, "--format", "json"], { env });
    expect(JSON.parse(ran.stdout)).toMatchObject({ commit: repo.git("rev-parse", "HEAD") });
    expect(repo.git("log", "-1", "--format=%an: %s")).toBe(
      "Grace: Point myuser/gptneo:prod at myuser/gptneo:v1",
    );
    expect([other.git("rev-parse", "HEAD"), other.git("status", "--porcelain")]).toEqual([before, ""]);
  });

  it("commits a new file and a removed one, with a message of its own", async () => {
    const repo = await makeRepo({ [file]: text });
    expect((await repo.here(["set", "a/b:cc", "pipeline_a", "--commit"])).stdout).toMatch(
      /committed [0-9a-f]{8};/,
    );
    expect((await repo.here(["remove", "a/b:cc", "--commit"])).code).toBe(0);
    expect(repo.git("log", "--format=%s", "-2")).toBe("Remove a/b:cc\nPoint a/b:cc at pipeline_a");
    expect(repo.git("status", "--porcelain")).toBe("");
  });

  it("takes no new file of somebody's along, also where git is told to list none", async () => {
    const repo = await makeRepo({ [file]: text });
    const draft = pointerFile({ "a/b:cc": "pipeline_a", "a/b:dd": "pipeline_b" });
    await repo.write("pointers/a/b.yaml", draft);
    repo.git("config", "status.showUntrackedFiles", "no");
    const ran = await repo.here(["set", "a/b:cc", "pipeline_c", "--commit"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("has edits that are not committed");
    expect(await repo.read("pointers/a/b.yaml")).toBe(draft);
  });

  it.each([
    ["set", set, file],
    ["a new file", ["set", "a/b:cc", "pipeline_a", "--commit"], "pointers/a/b.yaml"],
  ])("runs hooks: one that refuses leaves %s edited and unstaged, and is heard", async (_, args, path) => {
    const repo = await makeRepo({ [file]: text });
    const hook = ".git/hooks/pre-commit";
    await repo.write(hook, "#!/bin/sh\nread line\nprintf '\\033[31mnot on a Friday\\n' >&2\nexit 1\n");
    await chmod(join(repo.dir, hook), 0o755);
    const before = repo.git("rev-parse", "HEAD");
    const ran = await repo.here(args);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("not on a Friday");
    expect(ran.stderr).toContain(`${path} is edited and not committed`);
    expect(repo.git("rev-parse", "HEAD")).toBe(before);
    expect(repo.git("diff", "--cached", "--name-only")).toBe("");
    expect(repo.git("status", "--porcelain", "--untracked-files=all")).toContain(path);
  });

  it.each([
    ["the file has edits already", /has edits that are not committed/],
    ["git ignores it", /is ignored by git/],
    ["there is no git", /git program .*not found\.\n {2}Install git, or leave --commit out/],
    ["-m comes without it", /-m goes with --commit/],
  ])("writes nothing where %s", async (what, says) => {
    const repo = await makeRepo({ [file]: text });
    const args = [...set];
    let env = {};
    if (what.startsWith("the file")) await repo.write(file, `${text}# mine\n`);
    if (what.startsWith("git ignores")) {
      await repo.write(".gitignore", "pointers/a\n");
      args.splice(1, 2, "a/b:cc", "pipeline_a");
    }
    if (what.startsWith("there is no")) env = { PATH: await makeFolder() };
    if (what.startsWith("-m")) args.splice(3, 1, "-m", "x");
    const before = repo.git("status", "--porcelain", "--ignored");
    const ran = await repo.here(args, { env });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(says);
    expect(repo.git("status", "--porcelain", "--ignored")).toBe(before);
  });

  it("works in the first commit, and below the root of the repository", async () => {
    const repo = openRepo(await makeFolder());
    repo.git("init", "--quiet");
    await mkdir(join(repo.dir, "models/pointers"), { recursive: true });
    await repo.write("models/pointsman.yaml", "version: 1\n");
    const ran = await repo.here(["set", "a/b:cc", "pipeline_a", "--commit"], {
      cwd: join(repo.dir, "models/pointers"),
    });
    expect(ran.code).toBe(0);
    expect(repo.git("show", "--format=%s", "--name-only", "HEAD")).toBe(
      "Point a/b:cc at pipeline_a\n\nmodels/pointers/a/b.yaml",
    );
  });
});
