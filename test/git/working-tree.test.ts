import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readWorkingTree } from "../../src/git/working-tree.ts";
import { maxFileSize } from "../../src/model/source-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-tree-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), text);
}

describe("readWorkingTree", () => {
  it("gives every file, and the content only of YAML files that are not too large", async () => {
    await write("pointers/a/b.yaml", "x");
    await write("pointers/a/README.md", "x");
    await write("pointers/a/exact.yaml", "x".repeat(maxFileSize));
    await write("pointers/a/large.yaml", "x".repeat(maxFileSize + 1));
    await write("pointers/.git/config.yaml", "x");
    const files = await readWorkingTree(folder, "pointers");
    const seen = files.map(({ path, kind, bytes }) => `${path} ${kind} ${bytes?.length ?? "unread"}`);
    expect(seen.sort()).toEqual([
      "pointers/a/README.md file unread",
      "pointers/a/b.yaml file 1",
      `pointers/a/exact.yaml file ${maxFileSize}`,
      "pointers/a/large.yaml file unread",
    ]);
  });

  it("gives a single file, and nothing where there is nothing", async () => {
    await write("pointsman.yaml", "version: 1\n");
    expect(await readWorkingTree(folder, "pointsman.yaml")).toMatchObject([
      { path: "pointsman.yaml", kind: "file" },
    ]);
    expect(await readWorkingTree(folder, "pointers")).toEqual([]);
    expect(await readWorkingTree(folder, "pointsman.yaml/pointers")).toEqual([]);
  });

  it("names links and follows none: neither there nor on the way", async () => {
    await write("elsewhere/pointers/a.yaml", "secret");
    await symlink("elsewhere", join(folder, "root"));
    await mkdir(join(folder, "pointers"));
    await symlink("../elsewhere/pointers/a.yaml", join(folder, "pointers/a.yaml"));
    await symlink("nowhere", join(folder, "pointers/b.yaml"));
    expect(await readWorkingTree(folder, "root/pointers")).toEqual([
      { path: "root", kind: "symlink", bytes: null },
    ]);
    expect(await readWorkingTree(folder, "pointers")).toEqual([
      { path: "pointers/a.yaml", kind: "symlink", bytes: null },
      { path: "pointers/b.yaml", kind: "symlink", bytes: null },
    ]);
  });
});
