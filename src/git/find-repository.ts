import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PointsmanError } from "../errors.ts";

export interface RepositoryPlace {
  /** The folder of the working tree; null for a bare repository. */
  readonly workTree: string | null;
  /** The `.git` folder or file, or the bare repository itself. */
  readonly gitDir: string;
}

/**
 * The git repository that a folder is in.
 * @throws PointsmanError `no-repository`
 */
export async function findRepository(folder: string): Promise<RepositoryPlace> {
  const start = resolve(folder);
  if (!(await isThere(start))) throw new PointsmanError("no-repository", `There is no folder ${start}.`);
  for (let at = start; ; at = dirname(at)) {
    if (await isThere(join(at, ".git"))) return { workTree: at, gitDir: join(at, ".git") };
    const parts = await Promise.all(["HEAD", "objects", "refs"].map((name) => isThere(join(at, name))));
    if (parts.every(Boolean)) return { workTree: null, gitDir: at };
    if (dirname(at) === at) break;
  }
  throw new PointsmanError("no-repository", `There is no git repository in ${start}, nor above it.`, {
    hint: "Go to your pointer repository or name it with -C DIR; `pointsman init` starts one.",
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
