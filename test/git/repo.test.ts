import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { read, same, subjects, teamRefs } from "./both-readers.ts";
import { type Answers, type Questions, answer, ask, collect, unknownRefs } from "./repo-conformance.ts";
import { type Made, at, init, makeFolder, team } from "./make-repository.ts";

/** Git reads it; without git it is refused by name. */
async function onlyGit(dir: string, name: RegExp, questions: Questions = {}): Promise<Answers> {
  await expect(read(dir, "js")).rejects.toMatchObject({
    code: "repository-unsupported",
    message: expect.stringMatching(name),
    hint: expect.stringContaining("Install git"),
  });
  return ask(await read(dir, "git"), questions);
}

async function cloneOf(source: Made, ...options: string[]): Promise<Made> {
  const clone = at(await makeFolder());
  clone.git("clone", "--quiet", ...options, `file://${source.dir}`, ".");
  return clone;
}

describe("git and isomorphic-git give the same answers about", () => {
  it("a plain repository, and the right ones", async () => {
    const made = await team();
    const answers = await same(made.dir, teamRefs);
    expect(answers).toMatchObject({
      head: made.git("rev-parse", "HEAD"),
      branch: "main",
      isShallow: false,
      serverUrl: null,
      serverBranch: null,
      listed: made.git("for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags").split("\n"),
    });
    expect(answers.listed).toEqual(expect.arrayContaining(["refs/heads/main", "refs/tags/v1.0"]));
    expect(subjects(answers)).toEqual([
      "Remove a/one",
      "Note",
      "Merge feature",
      "Move prod",
      "Declare prod",
      "Start",
    ]);
    expect(subjects(answers, "pointers/b/two.yaml")).toEqual(["Merge feature", "Declare prod"]);
    const [removed] = answers.history["pointers/a/one.yaml"] as [unknown];
    expect(removed).toMatchObject({
      author: "Ada Lovelace",
      files: [
        {
          path: "pointers/a/one.yaml",
          before: made.git("rev-parse", "HEAD~1:pointers/a/one.yaml"),
          after: null,
        },
      ],
    });
    for (const ref of ["v1.0", "again", "light", "feature", "main~2^2"])
      expect(answers.refs[ref]).toBe(made.git("rev-parse", `${ref}^{commit}`));
    expect(answers.mergeBases["main feature"]).toBe(made.git("rev-parse", "feature"));
  });

  it.each(["git", "js"] as const)("what is no commit, to %s", async (how) => {
    const repo = await read((await team()).dir, how);
    for (const ref of unknownRefs)
      expect([ref, await answer(() => repo.resolve(ref))]).toEqual([ref, "ref-unknown"]);
  });

  it("another branch, and a detached HEAD", async () => {
    const made = await team();
    made.git("switch", "--quiet", "feature");
    expect(await same(made.dir, teamRefs)).toMatchObject({ branch: "feature" });
    made.git("switch", "--quiet", "--detach", "v1.0");
    expect(await same(made.dir, teamRefs)).toMatchObject({
      branch: null,
      head: made.git("rev-parse", "v1.0^{commit}"),
    });
  });

  it("a branch and a tag of one name: the tag is meant, and the branch is the one checked out", async () => {
    const made = await team();
    made.git("tag", "main", "light");
    const answers = await same(made.dir, { refs: ["main", "heads/main", "tags/main", "main~1"] });
    expect(answers.branch).toBe("main");
    expect(answers.refs["main"]).toBe(made.git("rev-parse", "light"));
  });

  it("tags of what is no commit, refs that lead elsewhere or nowhere", async () => {
    const made = await team();
    made.git("tag", "tree", "HEAD^{tree}");
    made.git("tag", "--annotate", "--message", "x", "blob", "HEAD:README.md");
    made.git("symbolic-ref", "refs/heads/alias", "refs/heads/feature");
    made.git("symbolic-ref", "refs/heads/broken", "refs/heads/gone");
    await writeFile(join(made.dir, ".git/refs/heads/empty"), "");
    await writeFile(join(made.dir, ".git/refs/heads/garbage"), "not an id\n");
    const answers = await same(made.dir, { refs: ["tree", "blob", "alias", "broken", "empty", "garbage"] });
    expect(answers.refs).toMatchObject({
      tree: "ref-unknown",
      blob: "ref-unknown",
      alias: made.git("rev-parse", "feature"),
      broken: "ref-unknown",
    });
    expect(answers.listed).toContain("refs/heads/alias");
    expect(answers.listed).not.toContain("refs/heads/broken");
  });

  it("the ids that short ones begin, as long as only one commit does", async () => {
    const made = await init();
    const tree = made.git("hash-object", "-t", "tree", "-w", "--stdin");
    const stream = Array.from(
      { length: 1500 },
      (_, n) => `commit refs/heads/main\ncommitter A <a@b> ${1_600_000_000 + n} +0000\ndata <<X\n${n}\nX\n\n`,
    );
    made.feed(stream.join(""), "fast-import", "--quiet");
    const starts = made
      .git("rev-list", "main")
      .split("\n")
      .map((id) => id.slice(0, 4));
    const twice = starts.filter((start, at) => starts.indexOf(start) !== at);
    const once = starts.filter((start) => starts.indexOf(start) === starts.lastIndexOf(start)).slice(0, 10);
    const answers = await same(made.dir, {
      refs: [...twice, ...once, tree.slice(0, 8), `v1-3-g${once[0]}`],
    });
    expect(twice.length).toBeGreaterThan(3);
    for (const start of twice) expect(answers.refs[start]).toBe("ref-unknown");
    for (const start of once) expect(answers.refs[start]).toMatch(new RegExp(`^${start}`));
  });

  it("a clone: its server's branches by their short names, its own first", async () => {
    const source = await team();
    const clone = await cloneOf(source);
    const refs = [
      "feature",
      "origin/feature",
      "remotes/origin/other",
      "origin",
      "other~1",
      "main",
      "FETCH_HEAD",
    ];
    const answers = await same(clone.dir, { ...teamRefs, refs: [...refs, ...teamRefs.refs] });
    expect(answers).toMatchObject({ serverUrl: `file://${source.dir}`, serverBranch: "main" });
    expect(answers.refs["feature"]).toBe(source.git("rev-parse", "feature"));
    clone.git("branch", "other", "HEAD~1");
    clone.git("fetch", "--quiet", "origin", "feature");
    const again = await same(clone.dir, { ...teamRefs, refs: [...refs, "other", "other~9"] });
    expect(again.refs["other"]).toBe(clone.git("rev-parse", "HEAD~1"));
    expect(again.refs["FETCH_HEAD"]).toBe(source.git("rev-parse", "feature"));
    expect(again.refs["other~9"]).toBe("ref-unknown");
  });

  it("a bare clone, a single-branch clone, and clones cut at a depth", async () => {
    const source = await team();
    const whole = await same(source.dir, teamRefs);
    const bare = await same((await cloneOf(source, "--bare")).dir, teamRefs);
    expect(bare.history).toEqual(whole.history);
    expect(bare.files).toEqual(whole.files);
    const single = await cloneOf(source, "--single-branch", "--branch", "other");
    expect((await same(single.dir, teamRefs)).refs["feature"]).toBe("ref-unknown");
    for (const depth of [1, 3]) {
      const answers = await same((await cloneOf(source, "--depth", String(depth))).dir, teamRefs);
      expect(answers.isShallow).toBe(true);
      expect(subjects(answers)).toEqual(subjects(whole).slice(0, depth));
      expect(answers.refs["HEAD~3^2~1"]).toBe("ref-unknown");
    }
  });

  it("a clone that was cut later: what it still has beyond the cut does not count", async () => {
    const source = await team();
    const clone = await cloneOf(source);
    clone.git("fetch", "--quiet", "--depth", "2");
    const answers = await same(clone.dir, teamRefs);
    expect(subjects(answers)).toEqual(["Remove a/one", "Note"]);
    expect(answers.refs["HEAD~2"]).toBe("ref-unknown");
  });

  it("a submodule, and the folder of a monorepo around it", async () => {
    const inner = await team();
    const outer = await init();
    await outer.write("services/models/pointers/c/three.yaml", "pointers: {}\n");
    await outer.write("services/other/main.go", "package main\n");
    outer.commit("Start");
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.dir, "models");
    outer.commit("Add models");
    await outer.write("services/models/pointers/c/three.yaml", "pointers:\n  c/three:prod: pipeline_1\n");
    outer.commit("Declare");
    expect((await same(join(outer.dir, "models"), teamRefs)).history).toEqual(
      (await same(inner.dir, teamRefs)).history,
    );
    const answers = await same(join(outer.dir, "services/models"), {
      paths: ["services/models/pointers", "models", "models/pointers", "services/models"],
    });
    expect(answers.files["models"]).toEqual([{ path: "models", kind: "submodule", bytes: null }]);
    expect(answers.files["models/pointers"]).toEqual([]);
    expect(subjects(answers, "services/models/pointers")).toEqual(["Declare", "Start"]);
  });

  it("packed refs and packs of long delta chains, several packs, loose objects among them", async () => {
    const made = await team();
    for (let round = 0; round < 3; round += 1) {
      const commits = Array.from({ length: 40 }, (_, n) => {
        const lines = Array.from(
          { length: 60 },
          (_, at) => `  a/big:t${at}: pipeline_${at === n ? round : 0}\n`,
        );
        const from = n === 0 ? "from refs/heads/main^0\n" : "";
        const file = "M 100644 inline pointers/a/big.yaml\ndata <<X\npointers:\n" + lines.join("\n") + "X\n";
        return `commit refs/heads/main\ncommitter A <a@b> 1700000${100 * round + n} +0000\ndata <<X\n${n}\nX\n${from}${file}\n`;
      });
      made.feed(commits.join(""), "-c", "fastimport.unpackLimit=1000", "fast-import", "--quiet");
      if (round < 2) made.git("repack", "--quiet", "-d");
      if (round === 0) made.git("pack-refs", "--all");
    }
    const loose = await same(made.dir);
    made.git("gc", "--quiet", "--aggressive", "--prune=now");
    const packed = await same(made.dir);
    expect(packed).toEqual(loose);
    made.git("-c", "pack.indexVersion=1", "repack", "--quiet", "-a", "-d", "-f");
    expect(await same(made.dir)).toEqual(loose);
    made.git("-c", "repack.useDeltaBaseOffset=false", "repack", "--quiet", "-a", "-d", "-f");
    expect(await same(made.dir)).toEqual(loose);
    made.git("multi-pack-index", "write");
    made.git("commit-graph", "write", "--reachable", "--changed-paths");
    expect(await same(made.dir)).toEqual(loose);
  }, 60_000);

  it("a split index, a sparse checkout and other settings, none of which matter to commits", async () => {
    const made = await team();
    const before = await same(made.dir, teamRefs);
    made.git("update-index", "--split-index");
    made.git("sparse-checkout", "set", "pointers/b");
    const settings = `log.follow=true log.showSignature=true log.decorate=full log.date=relative log.mailmap=true
      diff.renames=copies diff.noprefix=true diff.orderFile=gone diff.relative=true diff.ignoreSubmodules=all
      color.ui=always color.diff=always core.quotePath=true core.abbrev=4 format.pretty=oneline log.showRoot=false
      log.diffMerges=combined i18n.logOutputEncoding=latin1 pager.log=true`;
    for (const setting of settings.split(/\s+/))
      made.git("config", ...(setting.split("=") as [string, string]));
    expect(await same(made.dir, teamRefs)).toEqual(before);
  });

  it("an empty repository, and a branch that is not born yet", async () => {
    const empty = await init();
    expect(await same(empty.dir)).toMatchObject({ head: null, branch: "main", history: {} });
    const made = await team();
    made.git("switch", "--quiet", "--orphan", "next");
    const answers = await same(made.dir, { refs: ["main", "next"] });
    expect(answers).toMatchObject({ head: null, branch: "next" });
    expect(answers.refs).toMatchObject({ HEAD: "ref-unknown", next: "ref-unknown" });
  });

  it("commits that are missing: neither takes their history for shorter, nor HEAD for unborn", async () => {
    const made = await team();
    const id = made.git("rev-parse", "HEAD~2");
    await rm(join(made.dir, ".git/objects", id.slice(0, 2), id.slice(2)));
    for (const how of ["git", "js"] as const) {
      const repo = await read(made.dir, how);
      const head = (await repo.head())!;
      await expect(collect(repo.history(head))).rejects.toMatchObject({ name: "PointsmanError" });
      await expect(collect(repo.history(head, ["pointers"]))).rejects.toThrow(/./);
      made.git("update-ref", "--no-deref", "refs/heads/lost", "HEAD~1");
      await writeFile(join(made.dir, ".git/refs/heads/lost"), `${"1".repeat(40)}\n`);
      expect(await answer(() => repo.resolve("lost"))).toBe("ref-unknown");
    }
    made.git("symbolic-ref", "HEAD", "refs/heads/lost");
    for (const how of ["git", "js"] as const)
      expect(await (await read(made.dir, how)).head()).toBe("1".repeat(40));
  });
});

describe("only the git program reads, and isomorphic-git refuses by name", () => {
  it("a linked worktree, which has the answers of its branch", async () => {
    const made = await team();
    const tree = join(await makeFolder(), "linked");
    made.git("worktree", "add", "--quiet", tree, "feature");
    const answers = await onlyGit(tree, /linked worktree/, teamRefs);
    expect(answers).toMatchObject({ branch: "feature", head: made.git("rev-parse", "feature") });
    // The main one beside it is like any other.
    await same(made.dir, teamRefs);
  });

  it("SHA-256 ids", async () => {
    const made = await team("--object-format=sha256");
    const answers = await onlyGit(made.dir, /SHA-256/, teamRefs);
    expect(answers.head).toMatch(/^[0-9a-f]{64}$/);
    expect(subjects(answers, "pointers/b/two.yaml")).toEqual(["Merge feature", "Declare prod"]);
    expect(answers.refs[String(answers.head).slice(0, 12)]).toBe(answers.head);
  });

  it("clones that borrow objects", async () => {
    const source = await team();
    const whole = await same(source.dir, teamRefs);
    for (const option of [["--shared"], ["--reference", source.dir]]) {
      const clone = at(await makeFolder());
      clone.git("clone", "--quiet", ...option, source.dir, ".");
      expect((await onlyGit(clone.dir, /alternates/, teamRefs)).history).toEqual(whole.history);
    }
  });

  it.each(["blob:none", "tree:0"])(
    "a partial clone (%s), of which git fetches what it lacks",
    async (filter) => {
      const source = await team();
      source.git("config", "uploadpack.allowFilter", "true");
      source.git("config", "uploadpack.allowAnySHA1InWant", "true");
      const whole = await same(source.dir, teamRefs);
      const clone = await cloneOf(source, `--filter=${filter}`, "--no-checkout");
      const answers = await onlyGit(clone.dir, /partial clone/, teamRefs);
      expect(answers.history).toEqual(whole.history);
      expect(answers.files).toEqual(whole.files);
      expect(answers.contents).toEqual(whole.contents);
    },
  );

  it("replaced objects and grafts", async () => {
    const made = await team();
    made.git("replace", "HEAD~1", "HEAD~3");
    await onlyGit(made.dir, /git replace/);
    made.git("pack-refs", "--all");
    await onlyGit(made.dir, /git replace/);
    made.git("replace", "--delete", made.git("replace", "--list"));
    await same(made.dir);
    await appendFile(join(made.dir, ".git/info/grafts"), `${made.git("rev-parse", "HEAD")}\n`);
    expect(subjects(await onlyGit(made.dir, /grafts/))).toEqual(["Remove a/one"]);
  });

  it("a reftable, which the format says", async () => {
    const made = await team();
    made.git("config", "core.repositoryFormatVersion", "1");
    made.git("config", "extensions.refStorage", "reftable");
    await expect(read(made.dir, "js")).rejects.toThrow(/reftable/);
  });
});
