import { readFile } from "node:fs/promises";
import { join } from "node:path";
import git, { type ReadCommitResult } from "isomorphic-git";
import { PointsmanError } from "../errors.ts";
import type { CommitInfo, FileChange, Repo } from "../model/repo.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import type { RepositoryPlace } from "./find-repository.ts";
import { memoisedFs } from "./memoised-fs.ts";
import { readRef, unknownRef } from "./ref-syntax.ts";

/** The Repo port on isomorphic-git: needs no git program. */
export function isomorphicRepo({ workTree, gitDir }: RepositoryPlace): Repo {
  const at = { fs: memoisedFs(), gitdir: gitDir, cache: {} };

  const refToId = async (name: string): Promise<string | null> => {
    for (const ref of [name, `origin/${name}`]) {
      const id = await git.resolveRef({ ...at, ref }).catch(absent);
      if (id !== null) return id;
    }
    return /^[0-9a-f]{4,40}$/.test(name) ? git.expandOid({ ...at, oid: name }).catch(absent) : null;
  };
  const parentsOf = async (commit: string): Promise<string[]> =>
    (await git.readCommit({ ...at, oid: commit })).commit.parent;

  const resolve = async (ref: string): Promise<string> => {
    const { name, parents } = readRef(ref);
    const id = await refToId(name);
    if (id === null) throw unknownRef(ref);
    // Reads through annotated tags.
    let commit = (await git.readCommit({ ...at, oid: id }).catch(absent))?.oid;
    for (const parent of parents) {
      if (commit === undefined) break;
      commit = (await parentsOf(commit))[parent - 1];
    }
    if (commit === undefined) throw unknownRef(ref);
    return commit;
  };

  const treeOf = async (oid: string): Promise<TreeObject> => (await git.readTree({ ...at, oid })).tree;
  const walk = async (oid: string, path: string, found: SourceFile[]): Promise<void> => {
    for (const entry of await treeOf(oid)) {
      const entryPath = path === "" ? entry.path : `${path}/${entry.path}`;
      if (entry.type === "tree") await walk(entry.oid, entryPath, found);
      else found.push(await readEntry(entryPath, entry.mode, entry.oid));
    }
  };
  /** What stands at a path below a tree; a link on the way ends it. */
  const entryAt = async (tree: string, path: string): Promise<TreeEntry | null> => {
    let entry: TreeEntry = { path: "", mode: "040000", type: "tree", oid: tree };
    for (const step of path === "" ? [] : path.split("/")) {
      if (entry.type !== "tree") return null;
      const next: TreeEntry | undefined = (await treeOf(entry.oid)).find(
        (candidate) => candidate.path === step,
      );
      if (next === undefined) return null;
      entry = next;
    }
    return entry;
  };
  const readContent = async (oid: string): Promise<Uint8Array | null> => {
    const blob = (await git.readBlob({ ...at, oid }).catch(absent))?.blob ?? null;
    return blob !== null && blob.length > maxFileSize ? null : blob;
  };
  const readEntry = async (path: string, mode: string, oid: string): Promise<SourceFile> => {
    if (mode === "160000") return { path, kind: "submodule", bytes: null };
    if (mode === "120000") return { path, kind: "symlink", bytes: null };
    if (!/\.ya?ml$/i.test(path)) return { path, kind: "file", bytes: null };
    // A missing blob is an error here: nobody may take the file for one that is too large.
    const { blob } = await git.readBlob({ ...at, oid });
    return { path, kind: "file", bytes: blob.length > maxFileSize ? null : blob };
  };

  /** The files that differ between two trees at or below a path. */
  const compare = async (
    path: string,
    before: TreeEntry | null,
    after: TreeEntry | null,
    found: FileChange[],
  ): Promise<void> => {
    if (before?.oid === after?.oid && before?.mode === after?.mode) return;
    const [old, now] = [before, after].map((entry) => (entry?.type === "tree" ? entry : null));
    if (old != null || now != null) {
      const [olds, nows] = await Promise.all(
        [old, now].map(async (entry) => (entry == null ? [] : treeOf(entry.oid))),
      );
      const names = new Set([...(olds ?? []), ...(nows ?? [])].map((entry) => entry.path));
      for (const name of [...names].sort()) {
        const [a, b] = [olds, nows].map((entries) => entries?.find((entry) => entry.path === name) ?? null);
        await compare(path === "" ? name : `${path}/${name}`, a ?? null, b ?? null, found);
      }
    }
    const [from, to] = [blobOf(before), blobOf(after)];
    const isFile = [before, after].some((entry) => entry !== null && entry.type !== "tree");
    if (isFile) found.push({ path, before: from, after: to });
  };

  return {
    kind: "js",
    workTree,
    gitDir,
    head: () =>
      resolve("HEAD").catch((error: unknown) => {
        if (error instanceof PointsmanError) return null;
        throw error;
      }),
    resolve,
    async files(commit, path) {
      const found: SourceFile[] = [];
      const entry = await entryAt((await git.readCommit({ ...at, oid: commit })).commit.tree, path);
      if (entry?.type === "tree") await walk(entry.oid, path, found);
      else if (entry !== null) found.push(await readEntry(path, entry.mode, entry.oid));
      return found;
    },
    async *history(commit, paths = []) {
      // Where a shallow clone ends, the parent is named and not there.
      const read = (oid: string): Promise<ReadCommitResult | null> =>
        git.readCommit({ ...at, oid }).catch(absent);
      let next = await read(commit);
      while (next !== null) {
        const [first] = next.commit.parent;
        const parent = first === undefined ? null : await read(first);
        const files: FileChange[] = [];
        for (const path of paths) {
          const before = parent === null ? null : await entryAt(parent.commit.tree, path);
          await compare(path, before, await entryAt(next.commit.tree, path), files);
        }
        if (paths.length === 0 || files.length > 0) yield { ...infoOf(next), files };
        next = parent;
      }
    },
    async contents(ids) {
      const found = new Map<string, Uint8Array | null>();
      for (const id of new Set(ids)) found.set(id, await readContent(id));
      return found;
    },
    async branch() {
      return (await git.currentBranch({ ...at })) ?? null;
    },
    async hasServer() {
      return (await git.listRemotes({ ...at })).some(({ remote }) => remote === "origin");
    },
    async serverBranch() {
      const ref = await git.resolveRef({ ...at, ref: "refs/remotes/origin/HEAD", depth: 2 }).catch(absent);
      return ref?.startsWith("refs/remotes/origin/") === true
        ? ref.replace("refs/remotes/origin/", "")
        : null;
    },
    async isShallow() {
      return (await readFile(join(gitDir, "shallow"), "utf8").catch(() => "")).trim() !== "";
    },
    async mergeBase(a, b) {
      const bases = (await git.findMergeBase({ ...at, oids: [a, b] })) as string[];
      return bases[0] ?? null;
    },
  };
}

type TreeObject = Awaited<ReturnType<typeof git.readTree>>["tree"];
type TreeEntry = TreeObject[number];

function blobOf(entry: TreeEntry | null): string | null {
  return entry !== null && entry.mode.startsWith("100") ? entry.oid : null;
}

function infoOf({ oid, commit }: ReadCommitResult): CommitInfo {
  const { timestamp, timezoneOffset } = commit.committer;
  const local = new Date((timestamp - timezoneOffset * 60) * 1000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.trunc(Math.abs(timezoneOffset) / 60), Math.abs(timezoneOffset) % 60];
  const zone = `${timezoneOffset > 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
  const subject = (commit.message.trimStart().split(/\n\s*\n/)[0] ?? "").trim().replace(/\s*\n\s*/g, " ");
  return { id: oid, parents: commit.parent, author: commit.author.name, date: local + zone, subject };
}

/** isomorphic-git says by errors' codes that something is not there. */
function absent(error: unknown): null {
  const code = (error as { code?: unknown }).code;
  if (code === "NotFoundError" || code === "ObjectTypeError" || code === "InvalidRefNameError") return null;
  throw error;
}
