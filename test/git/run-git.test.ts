import { chmod, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepo } from "../../src/git/open-repo.ts";
import { gitIn } from "../../src/git/run-git.ts";
import { read, same, teamRefs } from "./both-readers.ts";
import { at, init, makeFolder, team } from "./make-repository.ts";
import { ask, collect } from "./repo-conformance.ts";

/** The environment in which `git` is this script; `$GIT` in it is the real one. */
async function withGit(script: string): Promise<Record<string, string | undefined>> {
  const folder = await makeFolder();
  const real = at(folder).git("--exec-path");
  await writeFile(join(folder, "git"), `#!/bin/sh\nGIT="${join(real, "git")}"\n${script}\n`);
  await chmod(join(folder, "git"), 0o755);
  return { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}` };
}

describe("what a repository configures", () => {
  it("is not run by anything that reads: no hook, monitor, filter, pager, alias, helper or signature check", async () => {
    const made = await team();
    const before = await same(made.dir, teamRefs);
    const folder = await makeFolder();
    const trap = join(folder, "trap");
    await writeFile(trap, `#!/bin/sh\necho "$0 $*" >> "${folder}/sprung"\nexit 1\n`);
    await chmod(trap, 0o755);
    const programs = `core.fsmonitor core.pager core.editor core.askPass core.sshCommand core.alternateRefsCommand
      credential.helper diff.external diff.trap.textconv diff.trap.command filter.trap.clean filter.trap.smudge
      filter.trap.process gpg.program gpg.ssh.program gpg.x509.program interactive.diffFilter merge.trap.driver
      pager.log pager.rev-parse pager.ls-tree pager.cat-file sequence.editor uploadpack.packObjectsHook
      alias.log alias.rev-parse alias.ls-tree alias.cat-file alias.merge-base alias.version`;
    for (const name of programs.split(/\s+/))
      made.git("config", name, name.startsWith("alias") ? `!${trap}` : trap);
    made.git("config", "log.showSignature", "true");
    made.git("config", "core.hooksPath", folder);
    await mkdir(join(made.dir, ".git/info"), { recursive: true });
    await writeFile(join(made.dir, ".git/info/attributes"), "* diff=trap filter=trap merge=trap\n");
    for (const hook of ["post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc"]) {
      await writeFile(join(folder, hook), await readFile(trap));
      await chmod(join(folder, hook), 0o755);
    }
    const env = {
      ...process.env,
      POINTSMAN_GIT: "git",
      GIT_EXTERNAL_DIFF: trap,
      GIT_PAGER: trap,
      PAGER: trap,
    };
    expect(await ask(await openRepo(made.dir, env), teamRefs)).toEqual(before);
    expect(await readdir(folder)).not.toContain("sprung");
    // The trap does spring where git is run plainly.
    expect(() => made.git("log", "-p", "--ext-diff")).toThrow("Command failed");
    expect(await readdir(folder)).toContain("sprung");
  });

  it("is not run by a signed commit either", async () => {
    const made = await team();
    const sprung = join(await makeFolder(), "sprung");
    const trap = join(await makeFolder(), "gpg");
    await writeFile(trap, `#!/bin/sh\ntouch "${sprung}"\n`);
    await chmod(trap, 0o755);
    const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n";
    const commit = made.git("cat-file", "commit", "HEAD").replace("\n\n", `\n${signature}\n`);
    const args = ["hash-object", "-t", "commit", "-w", "--stdin"];
    made.git("update-ref", "HEAD", made.feed(`${commit}\n`, ...args));
    made.git("config", "gpg.program", trap);
    made.git("config", "log.showSignature", "true");
    await same(made.dir, teamRefs);
    await expect(readFile(sprung)).rejects.toThrow("ENOENT");
    made.git("log", "-1");
    await expect(readFile(sprung)).resolves.toBeDefined();
  });
});

describe("the environment", () => {
  it("redirects nothing: pointsman may be run by a hook of another repository", async () => {
    const [made, other] = [await team(), await init()];
    const before = await same(made.dir, teamRefs);
    const dir = join(other.dir, ".git");
    const env = {
      ...process.env,
      POINTSMAN_GIT: "git",
      GIT_DIR: dir,
      GIT_WORK_TREE: other.dir,
      GIT_COMMON_DIR: dir,
      GIT_INDEX_FILE: join(dir, "index"),
      GIT_OBJECT_DIRECTORY: join(dir, "objects"),
      GIT_NAMESPACE: "x",
      GIT_PREFIX: "pointers/",
      GIT_GLOB_PATHSPECS: "1",
      GIT_CEILING_DIRECTORIES: "/",
      GIT_SHALLOW_FILE: "/dev/null",
      GIT_GRAFT_FILE: "/dev/null",
      GIT_CONFIG: "/dev/null",
      GIT_DIFF_OPTS: "--stat",
      GIT_DEFAULT_HASH: "sha256",
      GIT_QUARANTINE_PATH: "/x",
      LC_ALL: "de_DE.UTF-8",
    };
    expect(await ask(await openRepo(made.dir, env), teamRefs)).toEqual(before);
  });
});

describe("the git program", () => {
  it("is ended where nobody reads on, and nothing of it is left", async () => {
    const made = await init();
    const commit = (n: number): string =>
      `commit refs/heads/main\ncommitter A <a@b> ${n + 1} +0000\ndata 200\n${"x".repeat(200)}\n\n`;
    made.feed(Array.from({ length: 20_000 }, (_, n) => commit(n)).join(""), "fast-import", "--quiet");
    const folder = await makeFolder();
    const env = await withGit(
      `case " $* " in *" log "*) echo $$ >> "${folder}/pids";; esac\nexec "$GIT" "$@"`,
    );
    const repo = await openRepo(made.dir, env);
    const head = (await repo.head())!;
    for (let round = 0; round < 3; round += 1) {
      for await (const [first] of repo.history(head)) {
        expect(first?.id).toBe(head);
        break;
      }
    }
    const pids = (await readFile(join(folder, "pids"), "utf8")).trim().split("\n");
    expect(pids.length).toBe(3);
    for (const pid of pids) expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
  });

  it("is stopped where it prints without end", async () => {
    const git = gitIn(await makeFolder(), await withGit(`exec yes ${"x".repeat(1000)}`));
    await expect(git.run(["ls-tree"])).rejects.toMatchObject({
      code: "git-failed",
      message: expect.stringContaining("more than 256 MiB"),
    });
  });

  it("may say what it likes when it fails: it is cut, and shown without control characters", async () => {
    const noise = `i=0; while [ $i -lt 5000 ]; do printf '\\033[31m%s\\r\\n\\n' "$(printf 'y%.0s' 1 2 3)" >&2; i=$((i+1)); done`;
    const git = gitIn(await makeFolder(), await withGit(`${noise}; printf '%01000d' 0 >&2; exit 3`));
    const error = await git.run(["log"]).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({
      code: "git-failed",
      message: expect.stringMatching(/^git log failed \(exit 3\)/),
    });
    expect((error as Error).message.length).toBeLessThan(1000);
    expect((error as Error).message).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it("asks nothing, and reads nothing from a terminal", async () => {
    const git = gitIn(
      await makeFolder(),
      await withGit(`cat; echo "$GIT_TERMINAL_PROMPT$GIT_OPTIONAL_LOCKS$LC_ALL"`),
    );
    expect((await git.run(["version"])).toString()).toBe("00C\n");
  });

  it("that does not trust the owner of a repository is quoted with what to do", async () => {
    const made = await team();
    const env = await withGit('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "$GIT" "$@"');
    await expect(openRepo(made.dir, env)).rejects.toMatchObject({
      code: "repository-unsupported",
      message: expect.stringContaining(`${made.dir}: it belongs to another user`),
      hint: expect.stringContaining("git config --global --add safe.directory"),
    });
  });
});

describe("who reads a repository", () => {
  const nowhere = { ...process.env, PATH: "/nowhere" };

  it("is the git program where there is one", async () => {
    const made = await team();
    const version = made.git("version").replace("git version ", "");
    expect(await openRepo(made.dir, process.env)).toMatchObject({ kind: "git", reader: `git ${version}` });
    expect(await read(made.dir, "git")).toMatchObject({ kind: "git" });
  });

  it("is isomorphic-git where there is none, or where that is forced", async () => {
    const made = await team();
    for (const env of [nowhere, { ...process.env, POINTSMAN_GIT: "js" }])
      expect(await openRepo(made.dir, env)).toMatchObject({
        kind: "js",
        reader: expect.stringMatching(/^isomorphic-git 1\./),
      });
    await expect(openRepo(made.dir, { ...nowhere, POINTSMAN_GIT: "git" })).rejects.toMatchObject({
      code: "git-missing",
    });
  });

  it("is isomorphic-git too where git is too old, which is said where git is needed", async () => {
    const made = await team();
    const env = await withGit('echo "git version 2.25.1 (Apple Git-1)"');
    expect(await openRepo(made.dir, env)).toMatchObject({ kind: "js" });
    await expect(openRepo(made.dir, { ...env, POINTSMAN_GIT: "git" })).rejects.toMatchObject({
      code: "git-missing",
      message: expect.stringContaining("2.25.1, older than 2.31"),
    });
    const sha256 = await init("--object-format=sha256");
    await expect(openRepo(sha256.dir, env)).rejects.toThrow(/SHA-256[^]*older than 2\.31/);
    await expect(openRepo(sha256.dir, nowhere)).rejects.toThrow(/SHA-256[^]*not found/);
  });

  it.each(["", "Git", "isomorphic-git", "0"])("is not %j", async (name) => {
    const made = await init();
    await expect(openRepo(made.dir, { ...process.env, POINTSMAN_GIT: name })).rejects.toMatchObject({
      code: "environment-invalid",
    });
  });

  it("walks up past a folder .git that is no repository, as git does", async () => {
    const made = await team();
    await mkdir(join(made.dir, "pointers/b/.git"));
    for (const how of ["git", "js"] as const)
      expect(await read(join(made.dir, "pointers/b"), how)).toMatchObject({ workTree: made.dir });
    await rm(join(made.dir, "pointers/b/.git"), { recursive: true });
    const history = (await read(made.dir, "js")).history(made.git("rev-parse", "HEAD"));
    expect((await collect(history)).flat()).toHaveLength(6);
  });
});

it("says so where a file named git may not be run, and reads without it where that is left open", async () => {
  const made = await team();
  const folder = await makeFolder();
  await writeFile(join(folder, "git"), "#!/bin/sh\n", { mode: 0o644 });
  const environment = { PATH: folder };
  expect((await openRepo(made.dir, environment)).kind).toBe("js");
  await expect(openRepo(made.dir, { ...environment, POINTSMAN_GIT: "git" })).rejects.toMatchObject({
    code: "git-missing",
  });
});
