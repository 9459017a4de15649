import type { Repo } from "../model/repo.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import { PointsmanError } from "../errors.ts";
import type { RepositoryPlace } from "./find-repository.ts";
import { missing } from "./explain-errors.ts";
import { logArguments, readLog } from "./git-log.ts";
import { readRef, unknownRef } from "./ref-syntax.ts";
import type { Git } from "./run-git.ts";

/** The Repo port on the git program: right about every kind of repository that git knows. */
export function programRepo({ workTree, gitDir }: RepositoryPlace, git: Git): Repo {
  const text = async (args: readonly string[]): Promise<string | null> =>
    (await git.ask(args))?.toString().trim() ?? null;

  const resolve = async (ref: string): Promise<string> => {
    const { name, parents } = readRef(ref);
    const steps = parents.map((parent) => `^${parent}`).join("");
    for (const candidate of [name, `refs/remotes/origin/${name}`]) {
      const args = ["rev-parse", "--quiet", "--verify", "--end-of-options", `${candidate}^{commit}${steps}`];
      // Not every unknown name is a quiet no: an ambiguous or a missing object exits 128.
      const id = await text(args).catch((error: unknown) => {
        if (error instanceof PointsmanError && error.code === "git-failed") return null;
        throw error;
      });
      if (id !== null && id !== "") return id;
    }
    throw unknownRef(ref);
  };

  const contents: Repo["contents"] = async (ids) => {
    const found = new Map<string, Uint8Array | null>();
    if (ids.length === 0) return found;
    const unique = [...new Set(ids)];
    const output = await git.run(["cat-file", "--batch", "--buffer"], `${unique.join("\n")}\n`);
    let at = 0;
    for (const id of unique) {
      const end = output.indexOf(10, at);
      const size = Number(/ blob (\d+)$/.exec(output.toString("latin1", at, end))?.[1] ?? "-1");
      at = end + 1;
      if (size < 0) {
        found.set(id, null);
        continue;
      }
      found.set(id, size > maxFileSize ? null : output.subarray(at, at + size));
      at += size + 1;
    }
    return found;
  };

  return {
    kind: "git",
    workTree,
    gitDir,
    head: () => text(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]),
    branch: () => text(["symbolic-ref", "--quiet", "--short", "HEAD"]),
    resolve,
    contents,
    async files(commit, path) {
      const at = path === "" ? [] : [path];
      const output = await git.run(["ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", ...at]);
      const entries = output
        .toString("utf8")
        .split("\0")
        .flatMap((line) => {
          const [, mode = "", id = "", size = "", name = ""] =
            /^(\d+) \w+ (\w+) +(\S+)\t([^]*)$/.exec(line) ?? [];
          return name === "" ? [] : [{ mode, id, size: Number(size), path: name }];
        });
      // The size of a blob that is missing is no number: reading it says so.
      const isRead = ({ mode, path: name, size }: (typeof entries)[number]): boolean =>
        mode.startsWith("100") && !(size > maxFileSize) && /\.ya?ml$/i.test(name);
      const bytes = await contents(entries.filter(isRead).map(({ id }) => id));
      return entries.map((entry): SourceFile => {
        const kind = kinds[entry.mode] ?? "file";
        if (isRead(entry) && bytes.get(entry.id) == null) throw missing(entry.path, commit);
        return { path: entry.path, kind, bytes: isRead(entry) ? (bytes.get(entry.id) ?? null) : null };
      });
    },
    history: (commit, paths = []) =>
      readLog(
        git.stream([
          ...logArguments,
          ...(paths.length === 0 ? ["--no-patch"] : []),
          "--end-of-options",
          commit,
          "--",
          ...paths,
        ]),
      ),
    mergeBase: (a, b) => text(["merge-base", a, b]),
    hasServer: async () => (await text(["config", "--get", "remote.origin.url"])) !== null,
    serverBranch: async () =>
      (await text(["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"]))?.replace(
        "refs/remotes/origin/",
        "",
      ) ?? null,
    isShallow: async () => (await text(["rev-parse", "--is-shallow-repository"])) === "true",
  };
}

const kinds: Readonly<Record<string, SourceFile["kind"]>> = { "120000": "symlink", "160000": "submodule" };
