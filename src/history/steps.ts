import type { CommitChange, CommitInfo } from "../model/repo.ts";
import { type PastChange, pastChange } from "./past-change.ts";
import { type PastDeclaration, type PastFile, namedIn } from "./past-files.ts";
import { placesOf } from "./past-places.ts";

/** What the files of one commit declare, as far as they can be read. */
export interface PastState {
  /** The declaration of a name; undefined where it had none, null where its file could not be read. */
  readonly get: (pointer: string) => PastDeclaration | null | undefined;
}

/** One first-parent commit that changed pointer files, with what they declared on both sides of it. */
export interface Step {
  readonly commit: CommitInfo;
  readonly before: PastState;
  readonly after: PastState;
  /** The pointer files that it changed. */
  readonly paths: readonly string[];
  /** Every name that was declared after it. */
  readonly names: () => Iterable<string>;
  /** The names whose declaration differs between the two sides; of a file that could not be read on one, all its keys. */
  readonly touched: () => ReadonlySet<string>;
}

/** Commits with the files of theirs that are read, and what these held before. */
export interface Batch {
  readonly commits: readonly CommitChange[];
  readonly contents: ReadonlyMap<string, Uint8Array | null>;
}

/** The files of the state at hand, by path. */
export type Files = Map<string, PastFile>;

/**
 * Goes back through commits, newest first: each call takes those that come next, and its steps have to be
 * looked at in turn, to the last one. The two states are always those of the step at hand.
 * @param files of the newest commit: they become those of the oldest
 */
export function stepsThrough(files: Files): (batch: Batch) => Iterable<Step> {
  const places = keptPlaces();
  let changes = new Map<string, PastChange>();
  const after = finder(places, (path, pointer) => namedIn(files.get(path), pointer));
  const before = finder(places, (path, pointer) => {
    const change = changes.get(path);
    return change === undefined ? namedIn(files.get(path), pointer) : change.before(pointer);
  });
  function* names(): Iterable<string> {
    for (const file of files.values()) yield* file.names()?.keys() ?? [];
  }
  return function* ({ commits, contents }) {
    for (const commit of commits) {
      // Not cleared: V8 links the table that is left to the new one, and one in the old generation keeps all later ones.
      changes = new Map();
      for (const { path, before: id } of commit.files) {
        const bytes = id === null ? undefined : (contents.get(id) ?? null);
        changes.set(path, pastChange(path, files.get(path), bytes));
      }
      // Not a getter: V8 would give each step a shape of its own, which outlives it and keeps what it saw.
      let touched: ReadonlySet<string> | undefined;
      const touchedNames = (): ReadonlySet<string> => (touched ??= touchedBy(changes.values()));
      yield { commit, before, after, paths: [...changes.keys()], names, touched: touchedNames };
      for (const [path, change] of changes) {
        const file = change.goBack();
        if (file === undefined) files.delete(path);
        else files.set(path, file);
      }
    }
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
): PastState {
  const get: PastState["get"] = (pointer) => {
    let isUnreadable = false;
    for (const path of places(pointer)) {
      const found = find(path, pointer);
      if (found != null) return found;
      isUnreadable ||= found === null;
    }
    return isUnreadable ? null : undefined;
  };
  return { get };
}

type PlacesOf = (pointer: string) => readonly string[];

/** Of the names that are asked for again and again, places are made once: so many are kept. */
const mostPlaces = 20_000;

function keptPlaces(): PlacesOf {
  const known = new Map<string, readonly string[]>();
  return (pointer) => {
    let places = known.get(pointer);
    if (places === undefined) {
      if (known.size >= mostPlaces) known.clear();
      places = placesOf(pointer);
      known.set(pointer, places);
    }
    return places;
  };
}
