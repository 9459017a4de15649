import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { makeFolder, makeRepo, openRepo, pointerFile, type TestRepo } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const good = pointerFile({ "myuser/gptneo:latest": "pipeline_a" });
const bad = pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:gone" });
const start = { "pointsman.yaml": "version: 1\n", [file]: good };

/** What git does with a commit, and what it says. */
function commit(repo: TestRepo, ...args: string[]): string {
  try {
    return `done ${repo.git("commit", "--quiet", "--message", "Change", ...args)}`;
  } catch (error) {
    return `refused ${(error as { stdout: string }).stdout}${(error as { stderr: string }).stderr}`;
  }
}

describe("validate --staged", () => {
  it("reads what is staged, whatever the working tree says", async () => {
    const repo = await makeRepo(start);
    await repo.write(file, bad);
    expect(await repo.here(["validate", "--staged"])).toMatchObject({ code: 0 });
    repo.git("add", ".");
    await repo.write(file, good);
    const ran = await repo.here(["validate", "--staged"]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^pointers\/myuser\/gptneo\.yaml:2:25 error .*\[dangling\]/);
    expect((await repo.here(["validate"])).code).toBe(0);
    expect(repo.git("status", "--porcelain")).toBe(`MM ${file}`);
  });

  it("is content before the first pointers, and says what it cannot do", async () => {
    const repo = await makeRepo();
    expect(await repo.here(["validate", "--staged"])).toMatchObject({ code: 0 });
    const js = await repo.here(["validate", "--staged"], { env: { POINTSMAN_GIT: "js" } });
    expect(js).toMatchObject({ code: 1, stdout: "" });
    expect(js.stderr).toContain("git program");
    expect((await repo.here(["validate", "--staged", "--ref", "HEAD"])).stderr).toContain("cannot be used");
  });

  it("names conflicts", async () => {
    const repo = await makeRepo(start);
    repo.git("switch", "--quiet", "--create", "other");
    await repo.write(file, good.replace("pipeline_a", "pipeline_b"));
    repo.commit();
    repo.git("switch", "--quiet", "main");
    await repo.write(file, good.replace("pipeline_a", "pipeline_c"));
    repo.commit();
    expect(() => repo.git("merge", "--quiet", "other")).toThrow("Command failed");
    const ran = await repo.here(["validate", "--staged"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/conflicts[^]*git add/);
  });
});

describe("init --hooks", () => {
  it("installs a hook that judges each commit by what it will hold", async () => {
    const repo = await makeRepo(start);
    // The hook starts the program that has made it.
    const made = await repo.run(["init", "--hooks"]);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toContain(".git/hooks/pre-commit");
    // Only the hook: the repository is one already.
    expect(repo.git("status", "--porcelain", "--ignored")).toBe("");
    expect((await repo.run(["init", "--hooks"])).stdout).toBe("It is there already.\n");

    await repo.write(file, bad);
    // With --all and --only git hands the hook an index of its own.
    expect(commit(repo, "--all")).toMatch(/^refused .*gptneo\.yaml:2:25 error/);
    await repo.write("README.md", "x");
    repo.git("add", "README.md");
    expect(commit(repo, "--only", file)).toMatch(/^refused .*\[dangling\]/);
    expect(commit(repo)).toMatch(/^done/);
    repo.git("add", ".");
    await repo.write(file, good);
    expect(commit(repo)).toMatch(/^refused/);
    expect(commit(repo, "--all")).toMatch(/^(done|refused On branch|refused .*nothing to commit)/);
  });

  it("works in a linked worktree, in a folder of a larger repository, and in a new one", async () => {
    const repo = await makeRepo({
      "it's here/pointsman.yaml": "version: 1\n",
      [`it's here/${file}`]: good,
    });
    const tree = openRepo(join(await makeFolder(), "linked"));
    repo.git("worktree", "add", "--quiet", "-b", "side", tree.dir);
    expect((await tree.run(["init", "--hooks", "it's here"])).code).toBe(0);
    await tree.write(`it's here/${file}`, bad);
    expect(commit(tree, "--all")).toMatch(/^refused it's here\/pointers.*\[dangling\]/);
    // A branch without that folder has nothing to check.
    tree.git("switch", "--quiet", "--discard-changes", "--orphan", "pages");
    await tree.write("index.html", "x");
    tree.git("add", ".");
    expect(commit(tree)).toMatch(/^done/);

    const fresh = openRepo(await makeFolder());
    const made = await fresh.run(["init", "--hooks"]);
    expect(made.stdout).toMatch(/is a pointer repository: .*pre-commit[^]*each commit is refused/);
    fresh.git("add", ".");
    expect(commit(fresh)).toMatch(/^done/);
  });

  it("goes where core.hooksPath says, and leaves what is there alone", async () => {
    const repo = await makeRepo({ ...start, "hooks/pre-commit": "#!/bin/sh\n" });
    repo.git("config", "core.hooksPath", "hooks");
    const ran = await repo.here(["init", "--hooks"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(
      /hook already: .*hooks\/pre-commit[^]*Add this line.*: pointsman validate --staged/,
    );
    expect(await repo.read("hooks/pre-commit")).toBe("#!/bin/sh\n");
    repo.git("config", "core.hooksPath", "other/hooks");
    expect((await repo.here(["init", "--hooks"])).code).toBe(0);
    expect((await stat(join(repo.dir, "other/hooks/pre-commit"))).mode & 0o111).toBe(0o111);
    repo.git("config", "core.hooksPath", "pointsman.yaml/hooks");
    const stopped = await repo.here(["init", "--hooks"]);
    expect(stopped).toMatchObject({ code: 1, stdout: "" });
    expect(stopped.stderr).toContain("cannot be written");
  });

  it("does not touch hooks that all repositories share", async () => {
    const home = openRepo(await makeFolder());
    await home.write("config", `[core]\n\thooksPath = ${home.dir}/shared\n`);
    const repo = await makeRepo(start);
    const ran = await repo.here(["init", "--hooks"], {
      env: { GIT_CONFIG_GLOBAL: join(home.dir, "config") },
    });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/core\.hooksPath is global .*other repositories/);
  });
});

it("the hooks for pre-commit.com name commands that there are", async () => {
  const hooks = parse(await readFile(new URL("../../.pre-commit-hooks.yaml", import.meta.url), "utf8")) as {
    entry: string;
    files: string;
  }[];
  const repo = await makeRepo(start);
  for (const { entry, files } of hooks) {
    const [program, ...args] = entry.split(" ");
    expect(program).toBe("pointsman");
    expect(await repo.here(args)).toMatchObject({ code: 0, stderr: "" });
    expect(`models/${file}`).toMatch(new RegExp(files));
    expect("README.md").not.toMatch(new RegExp(files));
  }
});
