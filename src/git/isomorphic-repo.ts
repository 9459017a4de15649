import git from "isomorphic-git";
import { PointsmanError } from "../errors.ts";
import type { Repo } from "../model/repo.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import { compareTrees } from "./compare-trees.ts";
import { missing } from "./explain-errors.ts";
import type { RepositoryPlace } from "./find-repository.ts";
import { memoisedFs } from "./memoised-fs.ts";
import { mergeBase } from "./merge-base.ts";
import { parseInfo } from "./parse-commit.ts";
import { type TreeEntry, isFolder, isRegularFile, rawName, readableName } from "./parse-tree.ts";
import { outermost } from "./paths.ts";
import { isFullRef, readRef, unknownRef } from "./ref-syntax.ts";
import { refuseSparse } from "./refuse-unsupported.ts";
import { storedObjects } from "./stored-objects.ts";
import { storedRefs } from "./stored-refs.ts";

/** A pull request may bring folders that name one another many times: unfolded, they would never end. */
const mostEntries = 1_000_000;

function tooLarge(commit: string): PointsmanError {
  return new PointsmanError("git-failed", `Commit ${commit.slice(0, 8)} has more than a million files.`, {
    hint: "This repository is too large for what was asked.",
  });
}

/** The Repo port on isomorphic-git: needs no git program. */
export function isomorphicRepo({ workTree, gitDir }: RepositoryPlace): Repo {
  const objects = storedObjects(gitDir);
  const refs = storedRefs(gitDir);

  /** In git's order: an id, a ref, what `git describe` prints, the start of an id. */
  const idOf = async (name: string): Promise<string | null> => {
    if (/^[0-9a-f]{40}$/i.test(name)) return name.toLowerCase();
    if (isFullRef(name)) return refs.idOf(name);
    const id = await refs.find(name);
    const start = /^(?:.+-g)?([0-9a-f]{4,40})$/i.exec(name)?.[1];
    if (id !== null || start === undefined) return id;
    const ids = await objects.startingWith(start.toLowerCase());
    return ids.length === 1 ? (ids[0] ?? null) : null;
  };
  const commitOf = async (name: string): Promise<string | null> => {
    const id = await idOf(name);
    return id === null ? null : objects.commitOf(id);
  };

  const bytesOf = async (id: string): Promise<Uint8Array | "large" | null> => {
    const object = await objects.read(id);
    if (object?.type !== "blob") return null;
    return object.bytes.length > maxFileSize ? "large" : object.bytes;
  };
  const readEntry = async (path: string, entry: TreeEntry, commit: string): Promise<SourceFile> => {
    const kind = kinds[entry.mode] ?? "file";
    if (!isRegularFile(entry) || !/\.ya?ml$/i.test(path)) return { path, kind, bytes: null };
    const bytes = await bytesOf(entry.id);
    // Nobody may take a file that is missing for one that is too large.
    if (bytes === null) throw missing(path, commit);
    return { path, kind, bytes: bytes === "large" ? null : bytes };
  };

  /** What stands at a path below a tree; a link on the way ends it. */
  const entryAt = async (tree: string, path: string): Promise<TreeEntry | null> => {
    let entry: TreeEntry = { name: "", mode: "040000", id: tree };
    for (const step of path === "" ? [] : rawName(path).split("/")) {
      if (!isFolder(entry)) return null;
      const next = (await objects.tree(entry.id)).find(({ name }) => name === step);
      if (next === undefined) return null;
      entry = next;
    }
    return entry;
  };

  return {
    kind: "js",
    reader: `isomorphic-git ${git.version()}`,
    workTree,
    gitDir,
    head: () => refs.find("HEAD"),
    async resolve(ref) {
      const { name, steps } = readRef(ref);
      let commit = await commitOf(name);
      if (commit === null && !isFullRef(name)) commit = await commitOf(`refs/remotes/origin/${name}`);
      for (const { parent, times } of steps) {
        for (let left = times; left > 0 && commit !== null; left -= 1)
          commit = (await objects.links(commit)).parents[parent - 1] ?? null;
      }
      if (commit === null) throw unknownRef(ref);
      return commit;
    },
    refs: () => refs.all(),
    async files(commit, path) {
      const listed: (readonly [path: string, entry: TreeEntry])[] = [];
      let count = 0;
      const walk = async (entry: TreeEntry, at: string): Promise<void> => {
        count += 1;
        if (count > mostEntries) throw tooLarge(commit);
        if (!isFolder(entry)) {
          listed.push([at, entry]);
          return;
        }
        for (const inside of await objects.tree(entry.id))
          await walk(inside, at === "" ? inside.name : `${at}/${inside.name}`);
      };
      const entry = await entryAt((await objects.links(commit)).tree, path);
      if (entry !== null) await walk(entry, rawName(path));
      const found: SourceFile[] = [];
      for (const [at, one] of listed) found.push(await readEntry(readableName(at), one, commit));
      return found;
    },
    async leftOut() {
      if (workTree !== null) await refuseSparse(gitDir);
      return [];
    },
    async compare(before, after, paths) {
      const treeOf = async (commit: string): Promise<string> => (await objects.links(commit)).tree;
      const from = before === null ? null : await treeOf(before);
      return compareTrees(from, await treeOf(after), outermost(paths.map(rawName)), objects.tree);
    },
    async *history(commit, paths = []) {
      const wanted = outermost(paths.map(rawName));
      for (let id: string | undefined = commit; id !== undefined;) {
        const { tree, parents } = await objects.links(id);
        const [parent] = parents;
        const before = parent === undefined ? null : (await objects.links(parent)).tree;
        const files = wanted.length === 0 ? [] : await compareTrees(before, tree, wanted, objects.tree);
        if (wanted.length === 0 || files.length > 0) {
          const bytes = (await objects.read(id))?.bytes ?? Buffer.alloc(0);
          const cut = (await objects.isCut(id)) ? ({ isCut: true } as const) : {};
          yield [{ ...parseInfo(id, parents, bytes), ...cut, files }];
        }
        id = parent;
      }
    },
    async contents(ids) {
      const found = new Map<string, Uint8Array | null>();
      for (const id of new Set(ids)) {
        const bytes = /^[0-9a-f]{40}$/.test(id) ? await bytesOf(id) : null;
        found.set(id, bytes === "large" ? null : bytes);
      }
      return found;
    },
    mergeBase: (a, b) => mergeBase(a, b, objects.links),
    branch: async () => branchOf(await refs.target("HEAD"), "refs/heads/"),
    serverBranch: async () => branchOf(await refs.target("refs/remotes/origin/HEAD"), "refs/remotes/origin/"),
    async serverUrl() {
      const remotes = await git.listRemotes({ fs: memoisedFs(gitDir), gitdir: gitDir });
      return remotes.find(({ remote }) => remote === "origin")?.url ?? null;
    },
    isShallow: objects.isShallow,
  };
}

const kinds: Readonly<Record<string, SourceFile["kind"]>> = { "120000": "symlink", "160000": "submodule" };

function branchOf(ref: string | null, folder: string): string | null {
  return ref?.startsWith(folder) === true ? ref.slice(folder.length) : null;
}
