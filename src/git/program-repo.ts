import type { Repo } from "../model/repo.ts";
import type { SourceFile } from "../model/source-file.ts";
import { PointsmanError } from "../errors.ts";
import { asContents, readBlobs } from "./cat-file.ts";
import type { RepositoryPlace } from "./find-repository.ts";
import { missing } from "./explain-errors.ts";
import { logArguments, readLog } from "./git-log.ts";
import { comparePaths, outermost } from "./paths.ts";
import { readRef, unknownRef } from "./ref-syntax.ts";
import type { Git } from "./run-git.ts";

/**
 * The Repo port on the git program: right about every kind of repository that git knows.
 * @param known what was asked of the program when the repository was opened
 */
export function programRepo(
  { workTree, gitDir }: RepositoryPlace,
  git: Git,
  { version, isShallow }: { readonly version: string; readonly isShallow: boolean },
): Repo {
  const text = async (args: readonly string[]): Promise<string | null> =>
    (await git.ask(args))?.toString().trim() ?? null;

  /** The commit that a revision names. Not every unknown one is a quiet no: an ambiguous id exits 128. */
  const commitOf = async (revision: string): Promise<string | null> => {
    const id = await text(["rev-parse", "--quiet", "--verify", "--end-of-options", revision]).catch(
      (error: unknown) => {
        if (error instanceof PointsmanError && error.code === "git-failed") return null;
        throw error;
      },
    );
    return id === "" ? null : id;
  };

  const resolve = async (ref: string): Promise<string> => {
    const { name, steps } = readRef(ref);
    const back = steps.map(({ parent, times }) => (parent === 1 ? `~${times}` : `^${parent}`)).join("");
    for (const candidate of [name, `refs/remotes/origin/${name}`]) {
      const id = await commitOf(`${candidate}^{commit}${back}`);
      if (id !== null) return id;
      // A branch whose history ends before is not another one of the same name.
      if (back !== "" && (await commitOf(`${candidate}^{commit}`)) !== null) break;
    }
    throw unknownRef(ref);
  };

  /** The branch that a symbolic ref names. */
  const branchAt = async (ref: string, folder: string): Promise<string | null> => {
    const target = await text(["symbolic-ref", "--quiet", ref]);
    return target?.startsWith(folder) === true ? target.slice(folder.length) : null;
  };

  return {
    kind: "git",
    reader: `git ${version}`,
    workTree,
    gitDir,
    // Not peeled: a commit that is missing or damaged is no repository without commits.
    head: () => text(["rev-parse", "--quiet", "--verify", "HEAD"]),
    branch: () => branchAt("HEAD", "refs/heads/"),
    resolve,
    contents: async (ids) => asContents(await readBlobs(git, ids)),
    async files(commit, path) {
      const at = path === "" ? [] : [path];
      // Without sizes: of a partial clone git would fetch every file to tell them.
      const output = await git.run(["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...at]);
      const entries = output
        .toString("utf8")
        .split("\0")
        .flatMap((line) => {
          const [, mode = "", id = "", name = ""] = /^(\d+) \w+ (\w+)\t([^]*)$/.exec(line) ?? [];
          // Asked for what is inside a submodule, git answers with the submodule.
          const isBelow = path === "" || name === path || name.startsWith(`${path}/`);
          return name === "" || !isBelow ? [] : [{ mode, id, path: name }];
        });
      const read = entries.filter(({ mode, path: name }) => mode.startsWith("100") && isYaml(name));
      const blobs = await readBlobs(
        git,
        read.map(({ id }) => id),
      );
      const lost = read.find(({ id }) => blobs.get(id) === null);
      if (lost !== undefined) throw missing(lost.path, commit);
      const bytes = asContents(blobs);
      return entries.map(({ id, mode, path: name }): SourceFile => {
        const isRead = mode.startsWith("100") && isYaml(name);
        return { path: name, kind: kinds[mode] ?? "file", bytes: isRead ? (bytes.get(id) ?? null) : null };
      });
    },
    async *history(commit, paths) {
      const isAll = paths?.includes("") !== false;
      const log = git.stream([
        ...logArguments,
        ...(paths === undefined || paths.length === 0 ? ["--no-patch"] : []),
        "--end-of-options",
        commit,
        "--",
        ...(isAll ? [] : outermost(paths)),
      ]);
      for await (const change of readLog(log)) {
        if (paths !== undefined && paths.length > 0 && change.files.length === 0) continue;
        yield { ...change, files: change.files.toSorted((a, b) => comparePaths(a.path, b.path)) };
      }
    },
    mergeBase: (a, b) => text(["merge-base", "--end-of-options", a, b]),
    serverUrl: () => text(["config", "--get", "remote.origin.url"]),
    serverBranch: () => branchAt("refs/remotes/origin/HEAD", "refs/remotes/origin/"),
    isShallow: () => Promise.resolve(isShallow),
  };
}

const kinds: Readonly<Record<string, SourceFile["kind"]>> = { "120000": "symlink", "160000": "submodule" };

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}
