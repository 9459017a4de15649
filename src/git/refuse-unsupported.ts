import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import git from "isomorphic-git";
import { PointsmanError } from "../errors.ts";
import { memoisedFs } from "./memoised-fs.ts";

/**
 * Refuses the kinds of repository that isomorphic-git cannot read, and those that it would read
 * wrongly without a word. The README lists them.
 * @param why the git program does not read it
 * @throws PointsmanError `repository-unsupported`
 */
export async function refuseUnsupported(gitDir: string, why: string): Promise<void> {
  const fs = memoisedFs(gitDir);
  const setting = (path: string): Promise<unknown> =>
    git.getConfig({ fs, gitdir: gitDir, path }).catch(() => undefined);
  for (const [is, what] of kinds) {
    if (await is(gitDir, setting)) {
      throw new PointsmanError(
        "repository-unsupported",
        `${gitDir} is ${what}, which only the git program can read. (${why.replace(/\.$/, "")}.)`,
        { hint: "Install git, 2.31 or newer." },
      );
    }
  }
}

/**
 * Refuses a sparse checkout where its working tree is to be read: what it leaves out of that, the index says alone. Its
 * commits are those of any other.
 * @throws PointsmanError `repository-unsupported`
 */
export async function refuseSparse(gitDir: string): Promise<void> {
  const configs = await Promise.all(["config", "config.worktree"].map((name) => textOf(join(gitDir, name))));
  if (!configs.some((text) => /^\s*sparseCheckout\s*=\s*true\s*$/im.test(text))) return;
  throw new PointsmanError(
    "repository-unsupported",
    `The working tree of ${gitDir} is a sparse checkout, which only the git program can read.`,
    { hint: "Install git, 2.31 or newer. Commits can be read without it: --ref HEAD." },
  );
}

type Kind = readonly [
  is: (gitDir: string, setting: (path: string) => Promise<unknown>) => Promise<boolean>,
  what: string,
];

const kinds: readonly Kind[] = [
  [async (gitDir) => existsSync(join(gitDir, "commondir")), "of a linked worktree (git worktree)"],
  [
    async (_, setting) => /^sha256$/i.test(String(await setting("extensions.objectformat"))),
    "a repository with SHA-256 ids",
  ],
  [
    async (_, setting) => /^reftable$/i.test(String(await setting("extensions.refstorage"))),
    "a repository that keeps its refs in a reftable",
  ],
  [
    async (gitDir) => existsSync(join(gitDir, "objects", "info", "alternates")),
    "a clone that borrows objects from another (alternates)",
  ],
  [
    async (gitDir, setting) => {
      if ((await setting("extensions.partialclone")) !== undefined) return true;
      const packs = await readdir(join(gitDir, "objects", "pack")).catch(() => []);
      return packs.some((name) => name.endsWith(".promisor"));
    },
    "a partial clone (--filter)",
  ],
  [
    async (gitDir) => {
      if ((await readdir(join(gitDir, "refs", "replace")).catch(() => [])).length > 0) return true;
      return (await textOf(join(gitDir, "packed-refs"))).includes(" refs/replace/");
    },
    "a repository with replaced objects (git replace)",
  ],
  [
    async (gitDir) => /^[0-9a-f]/m.test(await textOf(join(gitDir, "info", "grafts"))),
    "a repository with grafts (info/grafts)",
  ],
];

function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
