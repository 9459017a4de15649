import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve as resolvePath } from "node:path";
import { PointsmanError } from "../errors.ts";
import type { Repo } from "../model/repo.ts";
import type { SourceFile } from "../model/source-file.ts";
import { compareCommits } from "./compare-commits.ts";
import { missing } from "./explain-errors.ts";
import type { RepositoryPlace } from "./find-repository.ts";
import { readLog, readRaw } from "./git-log.ts";
import type { HistoryAhead } from "./history-ahead.ts";
import type { ObjectReader } from "./object-reader.ts";
import { type Listed, listBelow } from "./list-below.ts";
import { outermost } from "./paths.ts";
import { isFullRef, meanings, readRef, unknownRef } from "./ref-syntax.ts";
import type { Git } from "./run-git.ts";
import { refFolders } from "./stored-refs.ts";
import { fileAt, isPlainPath } from "./file-at.ts";

/** What is at hand when a repository has been opened. */
export interface Opened {
  readonly git: Git;
  readonly objects: ObjectReader;
  readonly version: string;
  readonly logOf: HistoryAhead;
}

/** The Repo port on the git program: right about every kind of repository that git knows. */
export function programRepo(
  { workTree, gitDir }: RepositoryPlace,
  { git, objects, version, logOf }: Opened,
): Repo {
  const text = async (args: readonly string[]): Promise<string | null> =>
    (await git.ask(args))?.toString().trim() ?? null;

  /** The commit that a revision names. Not every unknown one is a quiet no: git may give up on it. */
  const commitOf = async (revision: string): Promise<string | null> => {
    const [found] = await objects.read([revision]).catch((error: unknown) => {
      if (error instanceof PointsmanError && error.code === "git-failed") return [null];
      throw error;
    });
    return found?.id ?? null;
  };

  /** Whether a name says in full which ref it is, and there is none: git would take a tag or branch of all that name. */
  const isMissing = async (name: string): Promise<boolean> => {
    if (!isFullRef(name)) return false;
    // Hardly ever there is one: only then it is worth a process.
    const others = await Promise.all(
      meanings(name)
        .slice(1)
        .map((other) => commitOf(`${other}^{commit}`)),
    );
    return (
      others.some((id) => id !== null) && (await git.ask(["show-ref", "--verify", "--quiet", name])) === null
    );
  };

  const resolve = async (ref: string): Promise<string> => {
    const { name, steps } = readRef(ref);
    const back = steps.map(({ parent, times }) => (parent === 1 ? `~${times}` : `^${parent}`)).join("");
    for (const candidate of (await isMissing(name)) ? [] : [name, `refs/remotes/origin/${name}`]) {
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

  /** The same as `listBelow` by a process of its own, which says what is wrong with a tree. */
  const listByProgram = async (commit: string, path: string): Promise<Listed[]> => {
    const at = path === "" ? [] : [path];
    // Without sizes: of a partial clone git would fetch every file to tell them.
    const output = await git.run(["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...at]);
    return output
      .toString("utf8")
      .split("\0")
      .flatMap((line) => {
        const [, mode = "", id = "", name = ""] = /^(\d+) \w+ (\w+)\t([^]*)$/.exec(line) ?? [];
        // Asked for what is inside a submodule, git answers with the submodule.
        const isBelow = path === "" || name === path || name.startsWith(`${path}/`);
        return name === "" || !isBelow ? [] : [{ mode, id, path: name }];
      });
  };

  /** Every file below a path. */
  const filesBelow = async (commit: string, path: string): Promise<SourceFile[]> => {
    const isPlain = path === "" || isPlainPath(path);
    const listed = isPlain ? await listBelow(objects, commit, path) : undefined;
    return readListed(listed ?? (await listByProgram(commit, path)), commit);
  };

  /** @param commit null where they are the index's */
  const readListed = async (entries: readonly Listed[], commit: string | null): Promise<SourceFile[]> => {
    const read = entries.filter(({ mode, path: name }) => isRead(mode, name));
    const contents = await contentsOf(read.map(({ id }) => id));
    const lost = read.find(({ id }) => contents.get(id) === undefined);
    if (lost !== undefined) throw missing(lost.path, commit);
    return entries.map(({ id, mode, path: name }): SourceFile => {
      const bytes = isRead(mode, name) ? (contents.get(id) ?? null) : null;
      return { path: name, kind: kinds[mode] ?? "file", bytes };
    });
  };

  /** The contents of the blobs among some ids; null where one is too large, and none where it is not there. */
  const contentsOf = async (ids: readonly string[]): Promise<Map<string, Uint8Array | null>> => {
    const asked = [...new Set(ids)].filter((id) => /^[0-9a-f]{40,64}$/.test(id));
    const contents = new Map<string, Uint8Array | null>();
    for (const [index, object] of (await objects.read(asked)).entries())
      if (object?.type === "blob") contents.set(asked[index] ?? "", object.bytes);
    return contents;
  };

  /** The commits whose parents are cut off, from where git looks for them: of a linked worktree the shared folder. */
  const cutCommits = async (): Promise<string | null> => {
    const shared = await readFile(join(gitDir, "commondir"), "utf8").catch(() => ".");
    return readFile(resolvePath(gitDir, shared.trim(), "shallow"), "utf8").catch(() => null);
  };

  return {
    kind: "git",
    reader: `git ${version}`,
    workTree,
    gitDir,
    // Not peeled: a commit that is missing or damaged is no repository without commits.
    head: async () =>
      (await objects.read(["HEAD"]))[0]?.id ?? text(["rev-parse", "--quiet", "--verify", "HEAD"]),
    branch: () => branchAt("HEAD", "refs/heads/"),
    resolve,
    async refs() {
      const output = await git.run(["for-each-ref", "--format=%(refname)", ...refFolders]);
      return output
        .toString("utf8")
        .split("\n")
        .filter((ref) => ref !== "");
    },
    async contents(ids) {
      const contents = await contentsOf(ids);
      for (const id of ids) if (!contents.has(id)) contents.set(id, null);
      return contents;
    },
    async files(commit, path) {
      const file = await fileAt(objects, commit, path);
      if (file === undefined) return filesBelow(commit, path);
      if (file === null) return [];
      const { mode, id } = file;
      const kind = kinds[mode] ?? "file";
      if (!isRead(mode, path)) return [{ path, kind, bytes: null }];
      const bytes = file.bytes ?? (await contentsOf([id])).get(id);
      if (bytes === undefined) throw missing(path, commit);
      return [{ path, kind, bytes }];
    },
    async leftOut(path) {
      if (workTree === null || !existsSync(join(gitDir, "info", "sparse-checkout"))) return [];
      const at = path === "" ? [] : [path];
      const output = await git.run(["ls-files", "-t", "--stage", "-z", "--", ...at]);
      const entries = output
        .toString("utf8")
        .split("\0")
        .flatMap((line): Listed[] => {
          // S: what is not in the working tree is no edit.
          const [, mode = "", id = "", name] = /^S (\d+) (\w+) \d\t([^]*)$/.exec(line) ?? [];
          return name === undefined ? [] : [{ mode, id, path: name }];
        });
      return readListed(entries, null);
    },
    async compare(before, after, paths) {
      const compared = await compareCommits(objects, before, after, paths);
      if (compared !== undefined) return compared;
      // The empty tree is in every repository; its id depends on the kind of hash.
      const from = before ?? (await git.run(["hash-object", "-t", "tree", "--stdin"])).toString().trim();
      const options = ["-r", "-z", "--raw", "--no-renames", "--no-relative", "-O/dev/null"];
      const at = outermost(paths).filter((path) => path !== "");
      const output = await git.run(["diff-tree", ...options, "--end-of-options", from, after, "--", ...at]);
      return readRaw(output.toString("utf8").split("\0"));
    },
    async *history(commit, paths = []) {
      for await (const changes of readLog(logOf(commit, paths))) {
        const last = changes.at(-1);
        if (last?.parents.length === 0 && (await cutCommits())?.split("\n").includes(last.id) === true)
          changes.splice(-1, 1, { ...last, isCut: true });
        yield paths.length === 0 ? changes : changes.filter(({ files }) => files.length > 0);
      }
    },
    mergeBase: (a, b) => text(["merge-base", "--end-of-options", a, b]),
    serverUrl: () => text(["config", "--get", "remote.origin.url"]),
    serverBranch: () => branchAt("refs/remotes/origin/HEAD", "refs/remotes/origin/"),
    async isShallow() {
      if ((await cutCommits()) === null) return false;
      return (await text(["rev-parse", "--is-shallow-repository"])) === "true";
    },
  };
}

const kinds: Readonly<Record<string, SourceFile["kind"]>> = { "120000": "symlink", "160000": "submodule" };

/** Bytes are read of YAML files only. */
function isRead(mode: string, path: string): boolean {
  return mode.startsWith("100") && /\.ya?ml$/i.test(path);
}
