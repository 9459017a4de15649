import { expect, it } from "vitest";
import { type Listed, listBelow } from "../../src/git/list-below.ts";
import { objectReader } from "../../src/git/object-reader.ts";
import { openRepo } from "../../src/git/open-repo.ts";
import { gitIn } from "../../src/git/run-git.ts";
import { maxFileSize } from "../../src/model/source-file.ts";
import { type Made, init } from "./make-repository.ts";

const file = "pointers:\n  u/p:tag: pipeline_a\n";
const blobOf = (made: Made): string => made.feed(file, "hash-object", "-w", "--stdin");

/** What is listed of a tree. */
async function listed(made: Made, tree: string): Promise<Listed[] | undefined> {
  const commit = made.feed("", "commit-tree", "-m", "Nested", tree);
  return listBelow(objectReader(gitIn(made.dir, process.env), maxFileSize), commit, "");
}

/** A folder that has so many copies of one folder, each with as many of another, and so on. */
function copied(made: Made, depth: number, copies: number): string {
  let tree = made.feed(`100644 blob ${blobOf(made)}\tp.yaml\n`, "mktree");
  for (let level = 0; level < depth; level += 1) {
    const names = Array.from({ length: copies }, (_, index) => `040000 tree ${tree}\td${index}\n`);
    tree = made.feed(names.join(""), "mktree");
  }
  return tree;
}

it("lists folders within folders", async () => {
  const made = await init();
  const files = await listed(made, copied(made, 2, 2));
  expect(files?.map(({ path }) => path)).toEqual([
    "d0/d0/p.yaml",
    "d0/d1/p.yaml",
    "d1/d0/p.yaml",
    "d1/d1/p.yaml",
  ]);
});

it("leaves copies of copies of folders to git, which does not keep them in memory", async () => {
  const made = await init();
  expect(await listed(made, copied(made, 4, 600))).toBeUndefined();
});

it("is refused by either reader where copies of copies of folders have no end", async () => {
  const made = await init();
  const commit = made.feed("", "commit-tree", "-m", "Copies", copied(made, 4, 100));
  for (const how of ["git", "js"]) {
    const repo = await openRepo(made.dir, { ...process.env, POINTSMAN_GIT: how });
    await expect(repo.files(commit, "")).rejects.toMatchObject({
      code: "git-failed",
      hint: "This repository is too large for what was asked.",
    });
  }
});

it("leaves folders that are nested without end to git", async () => {
  const made = await init();
  made.git("update-index", "--add", "--cacheinfo", `100644,${blobOf(made)},${"d/".repeat(300)}p.yaml`);
  expect(await listed(made, made.git("write-tree"))).toBeUndefined();
});
