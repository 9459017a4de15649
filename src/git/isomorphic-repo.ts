import git from "isomorphic-git";
import { PointsmanError } from "../errors.ts";
import type { Repo } from "../model/repo.ts";
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

  const walk = async (oid: string, path: string, found: SourceFile[]): Promise<void> => {
    const { tree } = await git.readTree({ ...at, oid });
    for (const entry of tree) {
      const entryPath = path === "" ? entry.path : `${path}/${entry.path}`;
      if (entry.type === "tree") await walk(entry.oid, entryPath, found);
      else found.push(await readEntry(entryPath, entry.mode, entry.oid));
    }
  };
  const readEntry = async (path: string, mode: string, oid: string): Promise<SourceFile> => {
    if (mode === "160000") return { path, kind: "submodule", bytes: null };
    if (mode === "120000") return { path, kind: "symlink", bytes: null };
    const { blob } = await git.readBlob({ ...at, oid });
    return { path, kind: "file", bytes: blob.length > maxFileSize ? null : blob };
  };

  return {
    workTree,
    head: () =>
      resolve("HEAD").catch((error: unknown) => {
        if (error instanceof PointsmanError) return null;
        throw error;
      }),
    resolve,
    async files(commit, path) {
      const found: SourceFile[] = [];
      let oid = (await git.readCommit({ ...at, oid: commit })).commit.tree;
      const steps = path === "" ? [] : path.split("/");
      for (const [depth, step] of steps.entries()) {
        const entry = (await git.readTree({ ...at, oid })).tree.find((candidate) => candidate.path === step);
        if (entry === undefined) return [];
        const here = steps.slice(0, depth + 1).join("/");
        if (entry.type !== "tree")
          return depth === steps.length - 1 || entry.mode === "120000"
            ? [await readEntry(here, entry.mode, entry.oid)]
            : [];
        oid = entry.oid;
      }
      await walk(oid, path, found);
      return found;
    },
    async *firstParents(commit) {
      let next: string | undefined = commit;
      while (next !== undefined) {
        // Where a shallow clone ends, the parent is named and not there.
        const read: Awaited<ReturnType<typeof git.readCommit>> | null = await git
          .readCommit({ ...at, oid: next })
          .catch(absent);
        if (read === null) return;
        yield next;
        next = read.commit.parent[0];
      }
    },
    async mergeBase(a, b) {
      const bases = (await git.findMergeBase({ ...at, oids: [a, b] })) as string[];
      return bases[0] ?? null;
    },
  };
}

/** isomorphic-git says by errors' codes that something is not there. */
function absent(error: unknown): null {
  const code = (error as { code?: unknown }).code;
  if (code === "NotFoundError" || code === "ObjectTypeError" || code === "InvalidRefNameError") return null;
  throw error;
}
