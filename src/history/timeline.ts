import type { Declaration } from "../model/pointer.ts";
import type { CommitChange, CommitInfo, Repo } from "../model/repo.ts";
import { inRoot, pointersFolder } from "../pointer/pointer-path.ts";
import { type PastFile, pastFile, placesOf } from "./past-files.ts";

/** What the files of one commit declare, as far as they can be read. */
export interface PastState {
  /** The declaration of a name; undefined where it had none, null where its file could not be read. */
  readonly get: (pointer: string) => Declaration | null | undefined;
  /** Every name that was declared. */
  readonly names: () => Iterable<string>;
}

/** One first-parent commit that changed pointer files, with what they declared on both sides of it. */
export interface Step {
  readonly commit: CommitInfo;
  readonly before: PastState;
  readonly after: PastState;
  /** The pointer files that it changed. */
  readonly paths: readonly string[];
  /** The names whose declaration differs between the two sides, or could not be read on one. */
  readonly touched: ReadonlySet<string>;
}

/**
 * The first-parent commits of a branch that changed pointer files, newest first. Feature branches
 * count where they were merged: what stood inside them never was what a sync applied.
 *
 * The states of a step hold until the next one is asked for. A file is parsed when its names are first
 * asked for, and forgotten with the step that replaced it.
 * @param root the folder that holds `pointers/`, from the root of the git repository
 * @param paths only commits that changed one of these files; all pointer files where it is absent
 */
export async function* timeline(
  repo: Repo,
  tip: string,
  root: string,
  paths: readonly string[] = [inRoot(pointersFolder, root)],
): AsyncIterable<Step> {
  // git walks the history while the tip is read.
  const chunks = started(chunked(repo.history(tip, paths)));
  const now = await readTip(repo, tip, root, paths);
  for await (const chunk of chunks) {
    const changes = chunk.map((commit) => ({
      commit,
      files: commit.files.filter(({ path }) => path.endsWith(".yaml")),
    }));
    const ids = changes.flatMap(({ files }) => files.map(({ before }) => before)).filter((id) => id !== null);
    const contents = await repo.contents(ids);
    for (const { commit, files } of changes) {
      const old: Files = new Map();
      for (const { path, before } of files) {
        // Copied: git's answer for many files is one piece of memory.
        const bytes = contents.get(before ?? "");
        if (before !== null) old.set(path, pastFile(path, bytes == null ? null : bytes.slice(), root));
      }
      yield stepOf(
        commit,
        files.map(({ path }) => path),
        now,
        old,
        root,
      );
      for (const { path } of files) {
        const file = old.get(path);
        if (file === undefined) now.delete(path);
        else now.set(path, file);
      }
    }
  }
}

type Files = Map<string, () => PastFile>;

function stepOf(
  { files: _, ...commit }: CommitChange,
  paths: readonly string[],
  now: Files,
  old: Files,
  root: string,
): Step {
  const changed = new Set(paths);
  const unchanged = (): (() => PastFile)[] =>
    [...now].filter(([path]) => !changed.has(path)).map(([, file]) => file);
  let touched: ReadonlySet<string> | undefined;
  return {
    commit,
    paths,
    get touched() {
      return (touched ??= touchedIn(paths, old, now));
    },
    after: stateOf(
      (path) => now.get(path),
      () => [...now.values()],
      root,
    ),
    before: stateOf(
      (path) => (changed.has(path) ? old : now).get(path),
      () => [...unchanged(), ...old.values()],
      root,
    ),
  };
}

function touchedIn(paths: readonly string[], old: Files, now: Files): Set<string> {
  const touched = new Set<string>();
  for (const path of paths) {
    const [was, is] = [old, now].map((files) => files.get(path)?.());
    for (const name of [...(was?.keys() ?? []), ...(is?.keys() ?? [])]) {
      const [a, b] = [was?.get(name), is?.get(name)];
      if (a?.target !== b?.target || a?.locked !== b?.locked || a?.description !== b?.description)
        touched.add(name);
    }
  }
  return touched;
}

function stateOf(
  fileAt: (path: string) => (() => PastFile) | undefined,
  files: () => (() => PastFile)[],
  root: string,
): PastState {
  return {
    get(pointer) {
      let isUnreadable = false;
      for (const path of placesOf(pointer, root)) {
        const file = fileAt(path)?.();
        const declaration = file?.get(pointer);
        if (declaration !== undefined) return declaration;
        isUnreadable ||= file === null;
      }
      return isUnreadable ? null : undefined;
    },
    *names() {
      for (const file of files()) yield* file()?.keys() ?? [];
    },
  };
}

async function readTip(repo: Repo, tip: string, root: string, paths: readonly string[]): Promise<Files> {
  const lists = await Promise.all(paths.map((path) => repo.files(tip, path)));
  const files = lists.flat().filter(({ path }) => path.endsWith(".yaml"));
  return new Map(files.map(({ path, bytes }) => [path, pastFile(path, bytes, root)]));
}

/** The same items, the first of them asked for at once. */
function started<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const first = iterator.next();
  // Whoever never comes to iterate is not told what went wrong.
  first.catch(() => undefined);
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (let next = await first; next.done !== true; next = await iterator.next()) yield next.value;
      } finally {
        await iterator.return?.();
      }
    },
  };
}

/** Commits in chunks that grow, so that a question answered early costs little and a long one few calls. */
async function* chunked(commits: AsyncIterable<CommitChange>): AsyncIterable<CommitChange[]> {
  let chunk: CommitChange[] = [];
  let size = 32;
  for await (const commit of commits) {
    chunk.push(commit);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
    size = Math.min(size * 8, 1024);
  }
  if (chunk.length > 0) yield chunk;
}
