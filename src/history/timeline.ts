import type { CommitChange, CommitInfo, Repo } from "../model/repo.ts";
import { inRoot, pointersFolder } from "../pointer/pointer-path.ts";
import { ahead } from "./ahead.ts";
import { type PastChange, pastChange } from "./past-change.ts";
import { type PastDeclaration, type PastFile, namedIn, pastFile } from "./past-files.ts";
import { placesOf } from "./past-places.ts";

/** What the files of one commit declare, as far as they can be read. */
export interface PastState {
  /** The declaration of a name; undefined where it had none, null where its file could not be read. */
  readonly get: (pointer: string) => PastDeclaration | null | undefined;
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
  readonly touched: () => ReadonlySet<string>;
}

/**
 * The first-parent commits of a branch that changed pointer files, newest first. Feature branches
 * count where they were merged: what stood inside them never was what a sync applied.
 *
 * They come some at a time: a turn for each would take longer than most of them take to look at. The states of a
 * step hold until the next one is asked for. A file is parsed when its names are first asked for, and forgotten
 * with the step that replaced it.
 * @param root the folder that holds `pointers/`, from the root of the git repository
 * @param paths only commits that changed files at or below these; all pointer files where it is absent
 * @param isLooked whether a file among these is looked at: others are not read
 */
export async function* timeline(
  repo: Repo,
  tip: string,
  root: string,
  paths: readonly string[] = [inRoot(pointersFolder, root)],
  isLooked: (path: string) => boolean = () => true,
): AsyncIterable<Iterable<Step>> {
  const places = placesIn(root);
  const isRead = (path: string): boolean => path.endsWith(".yaml") && isLooked(path);
  // git walks the history, and reads what comes next, while the tip is read and steps are looked at.
  const batches = ahead(
    few(repo.history(tip, paths)),
    (commits) => load(repo, commits, isRead),
    batchesAhead,
  );
  let files: Files;
  try {
    const lists = await Promise.all(paths.map((path) => repo.files(tip, path)));
    const read = lists.flat().filter(({ path }) => isRead(path));
    files = new Map(read.map(({ path, bytes }) => [path, pastFile(path, bytes, root)]));
  } catch (error) {
    // Nobody will come to read them: git would be waited for in vain.
    await batches.stop();
    throw error;
  }
  for await (const batch of batches) yield stepsOf(batch, files, root, places);
}

/** Commits with the files of theirs that are read, and what these held before. */
interface Batch {
  readonly commits: readonly CommitChange[];
  readonly contents: ReadonlyMap<string, Uint8Array | null>;
}

/** How many commits are read at once, and how often: what git answers meanwhile has to fit into little memory. */
const mostAtOnce = 64;
const batchesAhead = 4;

async function* few(
  history: AsyncIterable<readonly CommitChange[]>,
): AsyncGenerator<readonly CommitChange[]> {
  for await (const commits of history) {
    for (let at = 0; at < commits.length; at += mostAtOnce) yield commits.slice(at, at + mostAtOnce);
  }
}

async function load(
  repo: Repo,
  history: readonly CommitChange[],
  isRead: (path: string) => boolean,
): Promise<Batch> {
  const commits: CommitChange[] = [];
  const ids: string[] = [];
  for (const commit of history) {
    const files = commit.files.filter(({ path }) => isRead(path));
    if (files.length > 0) commits.push(files.length === commit.files.length ? commit : { ...commit, files });
    for (const { before } of files) if (before !== null) ids.push(before);
  }
  return { commits, contents: await repo.contents(ids) };
}

function* stepsOf(
  { commits, contents }: Batch,
  files: Files,
  root: string,
  places: PlacesOf,
): Generator<Step, undefined> {
  for (const commit of commits) {
    const changes = new Map<string, PastChange>();
    for (const { path, before } of commit.files) {
      const bytes = before === null ? undefined : (contents.get(before) ?? null);
      changes.set(path, pastChange(path, files.get(path), bytes, root));
    }
    yield stepOf(commit, files, changes, places);
    for (const [path, change] of changes) {
      const file = change.goBack();
      if (file === undefined) files.delete(path);
      else files.set(path, file);
    }
  }
}

type Files = Map<string, PastFile>;
type PlacesOf = (pointer: string) => readonly string[];

/** Of the names that are asked for again and again, places are made once: so many are kept. */
const mostPlaces = 20_000;

function placesIn(root: string): PlacesOf {
  const known = new Map<string, readonly string[]>();
  return (pointer) => {
    let places = known.get(pointer);
    if (places === undefined) {
      if (known.size >= mostPlaces) known.clear();
      places = placesOf(pointer, root);
      known.set(pointer, places);
    }
    return places;
  };
}

function stepOf(
  commit: CommitInfo,
  files: Files,
  changes: ReadonlyMap<string, PastChange>,
  places: PlacesOf,
): Step {
  let touched: ReadonlySet<string> | undefined;
  return {
    commit,
    paths: [...changes.keys()],
    // Not a getter: each object that has one is of a shape of its own to V8, which outlives it and keeps what it saw.
    touched: () => (touched ??= touchedBy(changes.values())),
    after: {
      get: finder(places, (path, pointer) => namedIn(files.get(path), pointer)),
      *names() {
        for (const file of files.values()) yield* file.names()?.keys() ?? [];
      },
    },
    before: {
      get: finder(places, (path, pointer) => {
        const change = changes.get(path);
        return change === undefined ? namedIn(files.get(path), pointer) : change.before(pointer);
      }),
      *names() {
        for (const [path, file] of files) if (!changes.has(path)) yield* file.names()?.keys() ?? [];
        for (const change of changes.values()) yield* change.beforeNames();
      },
    },
  };
}

function touchedBy(changes: Iterable<PastChange>): Set<string> {
  const names = new Set<string>();
  for (const change of changes) for (const name of change.touched()) names.add(name);
  return names;
}

/** Looks for a name in both of its places. */
function finder(
  places: PlacesOf,
  find: (path: string, pointer: string) => PastDeclaration | null | undefined,
): PastState["get"] {
  return (pointer) => {
    let isUnreadable = false;
    for (const path of places(pointer)) {
      const found = find(path, pointer);
      if (found != null) return found;
      isUnreadable ||= found === null;
    }
    return isUnreadable ? null : undefined;
  };
}
