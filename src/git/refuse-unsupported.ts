import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import git from "isomorphic-git";
import { PointsmanError } from "../errors.ts";
import { memoisedFs } from "./memoised-fs.ts";

/**
 * Refuses the kinds of repository that isomorphic-git cannot read, and those that it would read
 * wrongly without a word.
 * @throws PointsmanError `repository-unsupported`
 */
export async function refuseUnsupported(gitDir: string): Promise<void> {
  const fs = memoisedFs();
  const setting = (path: string): Promise<unknown> =>
    git.getConfig({ fs, gitdir: gitDir, path }).catch(() => undefined);
  for (const [is, what] of kinds) {
    if (await is(gitDir, setting))
      throw new PointsmanError(
        "repository-unsupported",
        `${gitDir} is ${what}, which only the git program can read.`,
        { hint: "Install git." },
      );
  }
}

type Kind = readonly [
  is: (gitDir: string, setting: (path: string) => Promise<unknown>) => Promise<boolean>,
  what: string,
];

const kinds: readonly Kind[] = [
  [(gitDir) => isThere(join(gitDir, "commondir")), "of a linked worktree (git worktree)"],
  [
    async (_, setting) => /^sha256$/i.test(String(await setting("extensions.objectformat"))),
    "a repository with SHA-256 ids",
  ],
  [
    async (_, setting) => /^reftable$/i.test(String(await setting("extensions.refstorage"))),
    "a repository that keeps its refs in a reftable",
  ],
  [
    (gitDir) => isThere(join(gitDir, "objects", "info", "alternates")),
    "a clone that borrows objects from another (alternates)",
  ],
  [
    async (gitDir) => {
      if ((await readdir(join(gitDir, "refs", "replace")).catch(() => [])).length > 0) return true;
      const packed = await readFile(join(gitDir, "packed-refs"), "utf8").catch(() => "");
      return packed.includes(" refs/replace/");
    },
    "a repository with replaced objects (git replace)",
  ],
];

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
