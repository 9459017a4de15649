import type { CommitChange, FileChange, Repo } from "../model/repo.ts";
import type { SourceFile } from "../model/source-file.ts";

/** Where pointers stand in a repository, now and at any earlier version of its pointsman.yaml. */
export interface Roots {
  /** The path of pointsman.yaml, from the root of the git repository. */
  readonly configPath: string;
  /** The folder that holds `pointers/` now; "" where it is that root. */
  readonly root: string;
  /** The folder that a version of pointsman.yaml names; null where that cannot be read. */
  readonly rootIn: (config: Uint8Array | null) => Promise<string | null>;
}

/**
 * A repository as its pointers see it: paths are from the folder that holds `pointers/`, wherever that
 * was at the time. A commit that moves the folder, and says so in pointsman.yaml, has only what it
 * changes beyond that. Only what history reads is given so: the files of a tip, and its past.
 */
export function withMovedRoot(repo: Repo, { configPath, root, rootIn }: Roots): Repo {
  // What a move differs in has no ids of its own in git's answers.
  const moved = new Map<string, Uint8Array | null>();
  const filesAt = async (commit: string, at: string, paths: readonly string[]): Promise<SourceFile[]> => {
    const lists = await Promise.all(paths.map((path) => repo.files(commit, below(at, path))));
    return lists.flat().map(({ path, kind, bytes }) => ({ path: without(at, path), kind, bytes }));
  };
  const keep = (file: SourceFile | undefined): string | null => {
    if (file === undefined || file.kind !== "file") return null;
    const id = `moved:${moved.size}`;
    moved.set(id, file.bytes);
    return id;
  };
  const differing = (before: readonly SourceFile[], after: readonly SourceFile[]): FileChange[] => {
    const [old, now] = [before, after].map((files) => new Map(files.map((file) => [file.path, file])));
    return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort().flatMap((path) => {
      const [was, is] = [old?.get(path), now?.get(path)];
      return isSame(was, is) ? [] : [{ path, before: keep(was), after: keep(is) }];
    });
  };
  /** The folder before a commit that changed pointsman.yaml. */
  const rootBefore = async (config: FileChange, at: string): Promise<string> => {
    if (config.before === null) return (await rootIn(null)) ?? at;
    const bytes = (await repo.contents([config.before])).get(config.before);
    return bytes == null ? at : ((await rootIn(bytes)) ?? at);
  };

  async function* segment(tip: string, at: string, paths: readonly string[]): AsyncIterable<CommitChange[]> {
    for await (const commits of repo.history(tip, [...paths.map((path) => below(at, path)), configPath])) {
      const here: CommitChange[] = [];
      for (const commit of commits) {
        const config = commit.files.find(({ path }) => path === configPath);
        const before = config === undefined ? at : await rootBefore(config, at);
        const [parent] = commit.parents;
        if (before !== at && parent !== undefined) {
          const files = differing(await filesAt(parent, before, paths), await filesAt(commit.id, at, paths));
          yield files.length > 0 ? [...here, { ...commit, files }] : here;
          yield* segment(parent, before, paths);
          return;
        }
        if (at === "" && config === undefined) {
          here.push(commit);
          continue;
        }
        const files = commit.files
          .filter(({ path }) => path !== configPath)
          .map(({ path, before: was, after }) => ({ path: without(at, path), before: was, after }));
        if (files.length > 0) here.push({ ...commit, files });
      }
      yield here;
    }
  }

  return {
    ...repo,
    files: (commit, path) => filesAt(commit, root, [path]),
    history: (tip, paths = []) => (paths.length === 0 ? repo.history(tip) : segment(tip, root, paths)),
    async contents(ids) {
      if (moved.size === 0) return repo.contents(ids);
      const found = await repo.contents(ids.filter((id) => !moved.has(id)));
      const known = ids.filter((id) => moved.has(id)).map((id) => [id, moved.get(id) ?? null] as const);
      return new Map([...found, ...known]);
    },
  };
}

function isSame(a: SourceFile | undefined, b: SourceFile | undefined): boolean {
  if (a?.bytes == null || b?.bytes == null) return a === b;
  return a.kind === b.kind && Buffer.from(a.bytes).equals(b.bytes);
}

function below(root: string, path: string): string {
  return [root, path].filter((part) => part !== "").join("/");
}

function without(root: string, path: string): string {
  return root === "" ? path : path.slice(root.length + 1);
}
