import type { Declaration } from "../model/pointer.ts";
import type { CommitChange, CommitInfo, Repo } from "../model/repo.ts";
import { inRoot, pointersFolder } from "../pointer/pointer-path.ts";
import { type PastFile, type PastFiles, pastFiles, placesOf } from "./past-files.ts";

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
  /** The names whose declaration differs between the two sides, or could not be read on one. */
  readonly touched: ReadonlySet<string>;
}

/**
 * The first-parent commits of a branch that changed pointer files, newest first. Feature branches
 * count where they were merged: what stood inside them never was what a sync applied.
 *
 * The states of a step hold until the next one is asked for.
 * @param root the folder that holds `pointers/`, from the root of the git repository
 * @param paths only commits that changed one of these files; all pointer files where it is absent
 */
export async function* timeline(
  repo: Repo,
  tip: string,
  root: string,
  paths: readonly string[] = [inRoot(pointersFolder, root)],
): AsyncIterable<Step> {
  const past = pastFiles(repo, root);
  const now = await readTip(repo, tip, paths, past);
  for await (const chunk of chunked(repo.history(tip, paths))) {
    const files = chunk.flatMap(({ files: changed }) => changed).filter(({ path }) => path.endsWith(".yaml"));
    await past.fetch(files.flatMap(({ before, after }) => [before, after]).filter((id) => id !== null));
    for (const change of chunk) {
      yield stepOf(change, now, past, root);
      for (const { path, before } of change.files) setFile(now, path, before, past);
    }
  }
}

function stepOf(
  { files, ...commit }: CommitChange,
  now: ReadonlyMap<string, PastFile>,
  past: PastFiles,
  root: string,
): Step {
  const old = new Map<string, PastFile>();
  const touched = new Set<string>();
  for (const { path, before, after } of files) {
    if (!path.endsWith(".yaml")) continue;
    setFile(old, path, before, past);
    const [was, is] = [before, after].map((id) => (id === null ? none : past.read(path, id)));
    for (const name of [...(was?.keys() ?? []), ...(is?.keys() ?? [])]) {
      const [a, b] = [was?.get(name), is?.get(name)];
      if (a?.target !== b?.target || a?.locked !== b?.locked || a?.description !== b?.description)
        touched.add(name);
    }
  }
  const changed = new Set(files.map(({ path }) => path));
  const lookup = (path: string): PastFile | undefined => (changed.has(path) ? old.get(path) : now.get(path));
  return {
    commit,
    touched,
    after: stateOf(
      (path) => now.get(path),
      () => now.values(),
      root,
    ),
    before: stateOf(
      lookup,
      () => [...[...now].filter(([path]) => !changed.has(path)).map(([, file]) => file), ...old.values()],
      root,
    ),
  };
}

const none: PastFile = new Map();

function stateOf(
  fileAt: (path: string) => PastFile | undefined,
  files: () => Iterable<PastFile>,
  root: string,
): PastState {
  return {
    get(pointer) {
      let isUnreadable = false;
      for (const path of placesOf(pointer, root)) {
        const file = fileAt(path);
        const declaration = file?.get(pointer);
        if (declaration !== undefined) return declaration;
        isUnreadable ||= file === null;
      }
      return isUnreadable ? null : undefined;
    },
    *names() {
      for (const file of files()) yield* file?.keys() ?? [];
    },
  };
}

function setFile(files: Map<string, PastFile>, path: string, id: string | null, past: PastFiles): void {
  if (!path.endsWith(".yaml")) return;
  if (id === null) files.delete(path);
  else files.set(path, past.read(path, id));
}

async function readTip(
  repo: Repo,
  tip: string,
  paths: readonly string[],
  past: PastFiles,
): Promise<Map<string, PastFile>> {
  const lists = await Promise.all(paths.map((path) => repo.files(tip, path)));
  const files = lists.flat().filter(({ path }) => path.endsWith(".yaml"));
  return new Map(files.map(({ path, bytes }) => [path, past.readBytes(path, bytes)]));
}

/** Commits in chunks that grow, so that a question answered early costs little and a long one few calls. */
async function* chunked(commits: AsyncIterable<CommitChange>): AsyncIterable<CommitChange[]> {
  let chunk: CommitChange[] = [];
  let size = 16;
  for await (const commit of commits) {
    chunk.push(commit);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
    size = Math.min(size * 4, 4096);
  }
  if (chunk.length > 0) yield chunk;
}
