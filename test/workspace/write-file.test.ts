import { mkdir, mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { writeRepositoryFile, writeRepositoryFiles } from "../../src/workspace/write-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-write-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

describe("writeRepositoryFile", () => {
  it("makes folders, replaces a file whole and deletes it", async () => {
    await writeRepositoryFile(folder, { path: "pointers/a/b.yaml", text: "one" });
    await writeRepositoryFile(folder, { path: "pointers/a/b.yaml", text: "two" });
    expect(await readFile(join(folder, "pointers/a/b.yaml"), "utf8")).toBe("two");
    expect(await readdir(join(folder, "pointers/a"))).toEqual(["b.yaml"]);
    await writeRepositoryFile(folder, { path: "pointers/a/b.yaml", text: null });
    expect(await readdir(join(folder, "pointers/a"))).toEqual([]);
  });

  it.each([
    ["the file", "pointers/a/b.yaml"],
    ["a folder on the way", "pointers"],
  ])("writes through no link that stands for %s", async (_, link) => {
    await mkdir(join(folder, "outside/a"), { recursive: true });
    await writeFile(join(folder, "outside/a/b.yaml"), "theirs");
    await mkdir(join(folder, link, ".."), { recursive: true });
    await symlink(join(folder, link === "pointers" ? "outside" : "outside/a/b.yaml"), join(folder, link));
    for (const text of ["mine", null]) {
      await expect(writeRepositoryFile(folder, { path: "pointers/a/b.yaml", text })).rejects.toMatchObject({
        code: "file-invalid",
        message: `${link} is a symbolic link: nothing is written through it.`,
      });
    }
    expect(await readFile(join(folder, "outside/a/b.yaml"), "utf8")).toBe("theirs");
  });

  it("writes no file that another process is writing, and says how to go on after one that was cut off", async () => {
    await mkdir(join(folder, "pointers/a"), { recursive: true });
    await writeFile(join(folder, "pointers/a/b.yaml.lock"), "theirs");
    const writing = writeRepositoryFile(folder, { path: "pointers/a/b.yaml", text: "mine" });
    await expect(writing).rejects.toMatchObject({
      code: "file-invalid",
      message: "pointers/a/b.yaml.lock is there: another command is writing that file.",
    });
    expect(await readdir(join(folder, "pointers/a"))).toEqual(["b.yaml.lock"]);
  });

  it("waits for each of many processes that write it before", async () => {
    const lock = join(folder, "b.yaml.lock");
    await writeFile(lock, "");
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    const writing = writeRepositoryFile(folder, { path: "b.yaml", text: "mine" });
    for (const turn of [1, 2, 3]) {
      await utimes(lock, turn, turn);
      const seen = now.mock.calls.length + 4;
      const isSeen = async (): Promise<void> => {
        while (now.mock.calls.length < seen) await sleep(1);
      };
      await Promise.race([isSeen(), writing]);
      now.mockReturnValue(turn * 1500);
    }
    await rm(lock);
    await writing;
    expect(await readFile(join(folder, "b.yaml"), "utf8")).toBe("mine");
  });

  it("waits in no circle, whichever of several files each is given first", async () => {
    const write = (text: string, ...paths: string[]): Promise<void> =>
      writeRepositoryFiles(
        folder,
        paths.map((path) => ({ path, text })),
        async () => {},
      );
    await Promise.all([write("one", "a.yaml", "b.yaml"), write("two", "b.yaml", "a.yaml")]);
    const [a, b] = ["a.yaml", "b.yaml"].map((path) => readFile(join(folder, path), "utf8"));
    expect(await a).toBe(await b);
  });

  it("takes away no draft of who writes a file after it", async () => {
    const files = Array.from({ length: 200 }, (_, number) => ({ path: `${number}.yaml`, text: "mine" }));
    const next: Promise<void>[] = [];
    const writing: Promise<void> = writeRepositoryFiles(folder, files, async () => {
      next.push(writeRepositoryFiles(folder, [{ path: "0.yaml", text: "theirs" }], () => writing));
    });
    await writing;
    await Promise.all(next);
    expect(await readFile(join(folder, "0.yaml"), "utf8")).toBe("theirs");
  });

  it("leaves nothing behind where it cannot write", async () => {
    await mkdir(join(folder, "pointers/b.yaml/x"), { recursive: true });
    await expect(writeRepositoryFile(folder, { path: "pointers/b.yaml", text: "x" })).rejects.toMatchObject({
      code: "file-invalid",
      message: expect.stringContaining("pointers/b.yaml cannot be written") as string,
    });
    expect(await readdir(join(folder, "pointers"))).toEqual(["b.yaml"]);
    await writeFile(join(folder, "file"), "");
    await expect(writeRepositoryFile(folder, { path: "file/b.yaml", text: "x" })).rejects.toMatchObject({
      code: "file-invalid",
    });
  });
});
