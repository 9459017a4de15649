import { appendFile, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { here, makeFolder, makeRepo, openRegistry, openRepo, pointerFile, run } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const good = pointerFile({ "myuser/gptneo:latest": "pipeline_a" });
const js = { POINTSMAN_GIT: "js" };

describe("where there is nothing to work on", () => {
  it.each([["validate"], ["plan"], ["sync"], ["list"], ["fmt"], ["set", "a/b:cc", "pipeline_a"]])(
    "%s outside a git repository says how to start, and writes nothing",
    async (...args) => {
      const dir = await makeFolder();
      const ran = await here(args, { cwd: dir });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/no git repository[^]*pointsman init/);
      expect(await here(["--format", "json", ...args], { cwd: dir })).toMatchObject({ code: 1, stderr: "" });
    },
  );

  it.each([
    ["publish", "a/b"],
    ["run", "a/b:cc"],
  ])("%s, which needs no pointer repository, says how to do without one", async (...args) => {
    const repo = await makeRepo(
      { "README.md": "x" },
      { POINTSMAN_URL: undefined, POINTSMAN_TOKEN: undefined },
    );
    for (const cwd of [repo.dir, await makeFolder()]) {
      const ran = await here(args, { cwd, env: { POINTSMAN_URL: undefined } });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(
        /^error: There is no .*\n {2}POINTSMAN_URL and POINTSMAN_TOKEN name a registry/,
      );
    }
  });

  it("a repository without pointers says so", async () => {
    const repo = await makeRepo({ "README.md": "x" });
    expect((await repo.here(["validate"])).stderr).toMatch(/no pointsman\.yaml and no pointers\//);
  });

  it("diff and history of another folder of a larger repository do not say that nothing moved", async () => {
    const repo = await makeRepo({ "services/pointsman.yaml": "version: 1\n", [`services/${file}`]: good });
    await repo.write(`services/${file}`, good.replace("pipeline_a", "pipeline_b"));
    repo.commit();
    for (const args of [["diff"], ["diff", "HEAD~1..HEAD"], ["diff", "HEAD~1"], ["history"]]) {
      const ran = await repo.here(args);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/There is no pointsman\.yaml and no pointers\/ here[^]*-C DIR/);
      expect(await here(args, { cwd: join(repo.dir, "services") })).toMatchObject({ code: 0 });
    }
  });

  it("a repository without a commit can be validated, planned and edited, not synced", async () => {
    const registry = await openRegistry();
    const repo = await makeRepo({}, registry.env);
    await repo.write(file, good);
    expect(await repo.here(["validate"])).toMatchObject({ code: 0 });
    expect(await repo.here(["set", "myuser/gptneo:prod", "myuser/gptneo:latest"])).toMatchObject({ code: 0 });
    expect((await repo.here(["plan"])).stdout).toContain("2 to create");
    const sync = await repo.here(["sync", "--yes"]);
    expect(sync).toMatchObject({ code: 1, stdout: "" });
    expect(sync.stderr).toContain("There is no commit yet");
    expect((await repo.here(["validate", "--ref", "HEAD"])).stderr).toContain('no commit "HEAD"');
  });

  it("no remote is said with the ways to name one, and nothing is written anywhere", async () => {
    const repo = await makeRepo({ [file]: good });
    for (const args of [["plan"], ["sync", "--yes"], ["list"], ["publish", "a/b"]]) {
      const ran = await repo.here(args);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/No remote is named[^]*--remote[^]*POINTSMAN_URL[^]*pointsman init/);
    }
    expect(repo.git("status", "--porcelain", "--ignored")).toBe("");
  });

  it("a folder that is not there is named", async () => {
    const ran = await run(["-C", "gone/\u001b[31m", "validate"], { cwd: await makeFolder() });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("no folder gone/\\u{1b}[31m");
  });
});

describe.each([["git"], ["js"]])("read by %s", (reader) => {
  const env = { POINTSMAN_GIT: reader };

  it("a bare repository is validated and planned, and cannot be edited", async () => {
    const registry = await openRegistry();
    const source = await makeRepo({ [file]: good });
    const bare = openRepo(await makeFolder(), { ...registry.env, ...env });
    bare.git("clone", "--quiet", "--bare", source.dir, ".");
    expect(await bare.here(["validate"])).toMatchObject({ code: 0 });
    expect(await bare.here(["validate", "--ref", "main"])).toMatchObject({ code: 0 });
    expect((await bare.here(["plan", "--ref", "main"])).stdout).toContain("1 to create");
    for (const args of [
      ["set", "a/b:cc", "pipeline_a"],
      ["remove", "myuser/gptneo:latest"],
      ["fmt"],
      ["init"],
    ]) {
      const ran = await bare.here(args);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain("bare repository");
    }
  });

  it("a bare repository is compared between commits alone", async () => {
    const source = await makeRepo({ [file]: good });
    const bare = openRepo(await makeFolder(), env);
    bare.git("clone", "--quiet", "--bare", source.dir, ".");
    expect((await bare.here(["diff"])).stderr).toContain("pointsman diff BASE..HEAD");
    expect((await bare.here(["diff", "HEAD"])).code).toBe(0);
  });

  it("refs that are none are named, and never taken for options", async () => {
    const repo = await makeRepo({ [file]: good }, env);
    const words = [
      ...["gone", "--output=owned", "HEAD:pointers", "HEAD~9"].map((ref) => `--ref=${ref}`),
      "--base=-x",
    ];
    for (const args of [...words.map((word) => [word]), ["--ref", "-x"]]) {
      const ran = await repo.here(["validate", ...args]);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(/no commit "|The base .* is not in this clone/);
    }
    expect(repo.git("status", "--porcelain")).toBe("");
  });

  it("of two refs that are none the first is named", async () => {
    const repo = await makeRepo({ [file]: good }, env);
    for (const dots of ["..", "...", "..", "...", ".."])
      expect((await repo.here(["diff", `gone${dots}missing`])).stderr).toContain('no commit "gone"');
  });

  it.each(["git", "js"])("a ref that is near to one is asked about, by %s", async (reader) => {
    const source = await makeRepo({ [file]: good });
    source.git("branch", "release/2026");
    source.git("branch", "evil\u202e");
    source.git("tag", "v1.1");
    const clone = openRepo(await makeFolder(), { ...env, POINTSMAN_GIT: reader });
    clone.git("clone", "--quiet", `file://${source.dir}`, ".");
    clone.git("tag", "--annotate", "packed", "--message", "packed");
    clone.git("pack-refs", "--all");
    for (const [args, near] of [
      [["plan", "--ref", "mian"], "main"],
      [["sync", "--ref", "mian", "--yes"], "main"],
      [["validate", "--ref", "refs/heads/mian"], "refs/heads/main"],
      [["validate", "--base", "origin/mian"], "origin/main"],
      [["diff", "mian~2..HEAD"], "main~2"],
      [["diff", "HEAD...relaese/2026"], "release/2026"],
      [["diff", "pakced"], "packed"],
      [["list", "--at", "v1.2"], "v1.1"],
      [["resolve", "myuser/gptneo:latest", "--at", "HAED"], "HEAD"],
      [["rollback", "myuser/gptneo:latest", "--to", "evli"], "evil\\u{202e}"],
    ] as const)
      expect([args, (await clone.here(args)).stderr]).toEqual([
        args,
        expect.stringContaining(`  Did you mean ${near}?\n`),
      ]);
    // It is not the name that leads nowhere, or nothing is near to it.
    for (const ref of ["main~99", "HEAD^2", "quite/another"])
      expect((await clone.here(["plan", "--ref", ref])).stderr).not.toContain("Did you mean");
  });

  it("a name that is not listed is asked about where one is near, now and at a commit", async () => {
    const registry = await openRegistry();
    await registry.publish("myuser/gptneo");
    const repo = await makeRepo({ [file]: good }, { ...registry.env, ...env });
    for (const args of [[], ["--at", "HEAD"]]) {
      const ran = await repo.here(["list", "myuser/gptneo:latets", ...args]);
      expect(ran).toMatchObject({ code: 0, stdout: "No pointers.\n" });
      expect(ran.stderr).toContain("There is no myuser/gptneo:latets. Did you mean myuser/gptneo:latest?");
      const family = await repo.here(["list", "myuser/gptno", ...args]);
      expect(family).toMatchObject({ code: 0, stdout: "No pointers.\n" });
      expect(family.stderr).toContain("There is no myuser/gptno. Did you mean myuser/gptneo?");
    }
    expect((await repo.here(["list", "other/name:tag"])).stderr).not.toContain("Did you mean");
  });

  it("a plan of a detached HEAD says that nothing names the branch, where nothing does", async () => {
    const registry = await openRegistry();
    const none = { GITHUB_BASE_REF: undefined, GITHUB_REF_TYPE: undefined, CI_COMMIT_BRANCH: undefined };
    const ci = { ...none, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: undefined };
    const repo = await makeRepo({ [file]: good }, { ...registry.env, ...env, ...ci });
    const said = "HEAD is detached, and nothing names the branch";
    expect((await repo.here(["plan"])).stderr).not.toContain(said);
    repo.git("checkout", "--quiet", "--detach");
    expect((await repo.here(["plan"])).stderr).toContain(said);
    await repo.write("pointsman.yaml", "version: 1\nbranch: main\n");
    repo.commit();
    expect((await repo.here(["plan"])).stderr).not.toContain(said);
  });

  it("branches, tags, ids and ways back from them are commits", async () => {
    const repo = await makeRepo({ [file]: good }, env);
    repo.git("tag", "--annotate", "one", "--message", "one");
    await repo.write(file, "pointers: {\n");
    const second = repo.commit();
    expect(await repo.here(["validate", "--ref", "HEAD"])).toMatchObject({ code: 1 });
    for (const ref of ["one", "main^", "@~", `${second.slice(0, 8)}~1`])
      expect(await repo.here(["validate", "--ref", ref])).toMatchObject({ code: 0 });
  });

  it("a shallow clone is validated, planned and synced", async () => {
    const registry = await openRegistry();
    const source = await makeRepo({ [file]: good });
    await source.write(file, pointerFile({ "myuser/gptneo:latest": "pipeline_b" }));
    source.commit();
    const clone = openRepo(await makeFolder(), { ...registry.env, ...env });
    clone.git("clone", "--quiet", "--depth", "1", `file://${source.dir}`, ".");
    for (const args of [["validate"], ["validate", "--ref", "HEAD"], ["plan"]])
      expect(await clone.here(args)).toMatchObject({ code: 0 });
    const before = await clone.here(["validate", "--ref", "HEAD~1"]);
    expect(before).toMatchObject({ code: 1, stdout: "" });
    expect(before.stderr).toMatch(/shallow|Shallow/);
    // Its files did not come from nothing: what came before is not here.
    const moved = await clone.here(["diff", "HEAD"]);
    expect(moved).toMatchObject({ code: 1, stdout: "" });
    expect(moved.stderr).toContain("git fetch --unshallow");
  });

  it("a submodule's repository is found through its .git file", async () => {
    const inner = await makeRepo({ [file]: good });
    const outer = await makeRepo({ "README.md": "x" });
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.dir, "models");
    for (const args of [["validate"], ["validate", "--ref", "HEAD"]])
      expect(await here(args, { cwd: join(outer.dir, "models"), env })).toMatchObject({ code: 0 });
  });

  it("damaged objects are an error of the repository", async () => {
    const repo = await makeRepo({ [file]: good }, env);
    const blob = repo.git("rev-parse", `HEAD:${file}`);
    const object = join(repo.dir, ".git/objects", blob.slice(0, 2), blob.slice(2));
    await rm(object, { force: true });
    const gone = await repo.here(["validate", "--ref", "HEAD"]);
    expect(gone).toMatchObject({ code: 1, stdout: "" });
    expect(gone.stderr).toMatch(/missing|lacks an object/);
    await writeFile(object, "not an object");
    const garbled = await repo.here(["validate", "--ref", "HEAD"]);
    expect(garbled).toMatchObject({ code: 1, stdout: "" });
  });

  it("a missing folder is an error of the repository, also where only the notes of a diff need it", async () => {
    const repo = await makeRepo({ [file]: good, ".github/workflows/ci.yml": "a" }, env);
    await repo.write(".github/workflows/ci.yml", "b");
    repo.commit();
    const tree = repo.git("rev-parse", "HEAD:.github");
    await rm(join(repo.dir, ".git/objects", tree.slice(0, 2), tree.slice(2)));
    const lost = await repo.here(["diff", "HEAD~1..HEAD"]);
    expect(lost).toMatchObject({ code: 1, stdout: "" });
    expect(lost.stderr).toContain(tree);
  });
});

describe("a kind of repository that only git reads", () => {
  it("as a linked worktree is read with git, and refused without", async () => {
    const repo = await makeRepo({ [file]: good });
    const tree = join(await makeFolder(), "linked");
    repo.git("worktree", "add", "--quiet", tree, "-b", "other");
    expect(await here(["validate", "--ref", "HEAD"], { cwd: tree })).toMatchObject({ code: 0 });
    const refused = await here(["validate"], { cwd: tree, env: js });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("linked worktree");
  });

  it("as one with SHA-256 ids", async () => {
    const repo = openRepo(await makeFolder());
    repo.git("init", "--quiet", "--object-format=sha256");
    await repo.write(file, good);
    const id = repo.commit();
    for (const ref of ["HEAD", id, id.slice(0, 10)])
      expect(await repo.here(["validate", "--ref", ref])).toMatchObject({ code: 0 });
    expect((await repo.here(["validate"], { env: js })).stderr).toContain("SHA-256");
  });

  it("as a sparse checkout: what it leaves out is neither deleted nor declared anew", async () => {
    const other = "pointers/other/whisper.yaml";
    const repo = await makeRepo({
      [file]: good,
      [other]: pointerFile({ "other/whisper:prod": "myuser/gptneo:latest" }),
    });
    // Git leaves out no file that may have been edited, as any of a copy may.
    repo.git("update-index", "--refresh");
    repo.git("sparse-checkout", "set", "--no-cone", "/*", "!/pointers/myuser");
    expect(await readdir(join(repo.dir, "pointers"))).toEqual(["other"]);
    expect(await repo.here(["validate"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("2 pointers"),
    });
    expect(JSON.parse((await repo.here(["diff", "--format", "json"])).stdout)).toEqual({ changes: [] });
    expect((await repo.here(["validate"], { env: js })).stderr).toContain("sparse checkout");
    expect(await repo.here(["validate", "--ref", "HEAD"], { env: js })).toMatchObject({ code: 0 });

    expect(await repo.here(["set", "myuser/gptneo:canary", "pipeline_b", "--commit"])).toMatchObject({
      code: 0,
    });
    expect(repo.git("show", `HEAD:${file}`)).toBe(`${good}\n  myuser/gptneo:canary: pipeline_b`);
    const isNew = await repo.here(["set", "myuser/whisper:prod", "pipeline_b", "--commit"]);
    expect(isNew).toMatchObject({ code: 0 });
    repo.git("sparse-checkout", "reapply");
    const removed = await repo.here(["remove", "myuser/whisper:prod"]);
    expect(removed).toMatchObject({ code: 1 });
    expect(removed.stderr).toContain("git sparse-checkout add pointers/myuser\n");
    repo.git("sparse-checkout", "disable");
    expect(repo.git("status", "--porcelain")).toBe("");
    expect(await repo.here(["validate"], { env: js })).toMatchObject({ code: 0 });
  });

  it("as the bare one of a folder of worktrees", async () => {
    const [source, dir] = [await makeRepo({ [file]: good }), await makeFolder()];
    source.git("clone", "--quiet", "--bare", source.dir, join(dir, ".bare"));
    await writeFile(join(dir, ".git"), "gitdir: ./.bare\n");
    const ran = await here(["validate", "--ref", "HEAD"], { cwd: join(dir, ".bare") });
    expect(ran).toMatchObject({ code: 0 });
    source.git("clone", "--quiet", "--bare", source.dir, join(dir, "models"));
    const other = await here(["validate", "--ref", "HEAD"], { cwd: join(dir, "models") });
    expect(other.stderr).toContain("is a bare repository inside of the working tree");
  });

  it("as one that borrows objects or replaces them", async () => {
    const source = await makeRepo({ [file]: good });
    const borrower = openRepo(await makeFolder());
    borrower.git("clone", "--quiet", "--shared", source.dir, ".");
    expect(await borrower.here(["validate", "--ref", "HEAD"])).toMatchObject({ code: 0 });
    expect((await borrower.here(["validate"], { env: js })).stderr).toContain("alternates");

    await source.write(file, "pointers: {\n");
    source.commit();
    source.git("replace", source.git("rev-parse", "HEAD"), source.git("rev-parse", "HEAD~1"));
    expect((await source.here(["validate", "--ref", "HEAD"], { env: js })).stderr).toContain("git replace");
  });

  it("as one that git itself does not trust", async () => {
    const repo = await makeRepo({ [file]: good });
    await appendFile(join(repo.dir, ".git/config"), "[core\n");
    const ran = await repo.here(["validate", "--ref", "HEAD"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("config");
  });
});

describe("init", () => {
  it("makes a repository of an empty folder, and leaves what is there as it is", async () => {
    const dir = await makeFolder();
    expect(await here(["init", "models"], { cwd: dir })).toMatchObject({ code: 0 });
    const repo = openRepo(join(dir, "models"));
    await repo.write("pointsman.yaml", "version: 1\n# mine\n");
    const again = await repo.here(["init", "--format", "json"]);
    expect(JSON.parse(again.stdout)).toEqual({ folder: repo.dir, made: [] });
    expect(await repo.read("pointsman.yaml")).toContain("# mine");
    expect(await repo.here(["validate"])).toMatchObject({ code: 0 });
  });

  it("says first to go to the folder that was named", async () => {
    const dir = await makeFolder();
    const named = await here(["init", "my models"], { cwd: dir });
    expect(named.stdout).toContain(`\nNext:\n  cd '${join(dir, "my models")}'\n  pointsman publish`);
    expect((await here(["init"], { cwd: dir })).stdout).toContain("\nNext:\n  pointsman publish");
  });

  it("makes it there, and its hook too, also in a hook of another repository", async () => {
    const [other, dir] = [await makeRepo({ "README.md": "x" }), await makeFolder()];
    const env = { GIT_DIR: join(other.dir, ".git"), GIT_WORK_TREE: other.dir };
    expect(await here(["init", "--hooks"], { cwd: dir, env })).toMatchObject({ code: 0 });
    expect(openRepo(dir).git("rev-parse", "--show-toplevel")).toBe(dir);
    expect(await readdir(join(dir, ".git/hooks"))).toContain("pre-commit");
    expect(await readdir(join(other.dir, ".git/hooks"))).not.toContain("pre-commit");
  });

  it("writes through no symbolic link", async () => {
    const outside = await makeFolder();
    const repo = await makeRepo({ "README.md": "x" });
    await symlink(outside, join(repo.dir, "pointers"));
    const ran = await repo.here(["init"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("pointers is a symbolic link");
    expect(await readdir(outside)).toEqual([]);
  });

  it("names a folder that it cannot make", async () => {
    const dir = await makeFolder();
    await writeFile(join(dir, "models"), "");
    expect((await here(["init", "models"], { cwd: dir })).stderr).toMatch(/models cannot be used/);
    await mkdir(join(dir, "empty"));
    const env = { PATH: "/nowhere" };
    expect((await here(["init"], { cwd: join(dir, "empty"), env })).stderr).toMatch(/git program is needed/);
    const none = await here(["init", "new/models"], { cwd: dir, env });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toMatch(/git program is needed .*\n {2}Install git, or put it on the PATH\.\n$/);
    expect((await readdir(dir)).sort()).toEqual(["empty", "models"]);
  });
});
