import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openWorkspace } from "../../src/workspace/open-workspace.ts";
import { type Snapshot, problemsOf, readSnapshot } from "../../src/workspace/read-snapshot.ts";
import type { Problem } from "../../src/model/problem.ts";

/** The sample repositories: plain folders, each one a git repository only while a test looks at it. */
export const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));

/**
 * Copies a folder into a git repository of its own, and reads it there.
 * @param edit makes the repository what a checked-in folder cannot be (links, names that differ in case)
 */
export async function readFixture(
  folder: string,
  edit: (repository: string) => Promise<void> = async () => {},
): Promise<Snapshot> {
  return inRepository(async (repository) => {
    await cp(join(fixtures, folder), repository, { recursive: true });
    await edit(repository);
    return readSnapshot(await openWorkspace(repository, process.env), null);
  });
}

/** A fixture's problems: one with `base` and `head` is a commit and the working tree that follows it. */
export async function problemsOfFixture(
  folder: string,
  hasBase: boolean,
): Promise<{ problems: Problem[]; snapshot: Snapshot }> {
  if (!hasBase) {
    const snapshot = await readFixture(folder);
    return { problems: problemsOf(snapshot), snapshot };
  }
  return inRepository(async (repository) => {
    await cp(join(fixtures, folder, "base"), repository, { recursive: true });
    git(repository, "add", "--all");
    git(repository, "commit", "--quiet", "--message", "Base");
    await cp(join(fixtures, folder, "head"), repository, { recursive: true });
    const workspace = await openWorkspace(repository, process.env);
    const base = await readSnapshot(workspace, await workspace.repo.head());
    const snapshot = await readSnapshot(workspace, null);
    return { problems: problemsOf(snapshot, base.desired.pointers), snapshot };
  });
}

async function inRepository<T>(use: (repository: string) => Promise<T>): Promise<T> {
  const repository = await mkdtemp(join(tmpdir(), "pointsman-fixture-"));
  try {
    git(repository, "init", "--quiet", "--initial-branch", "main");
    return await use(repository);
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
}

function git(cwd: string, ...args: string[]): void {
  execFileSync("git", args, { cwd, stdio: "pipe" });
}
