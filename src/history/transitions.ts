import type { CommitInfo } from "../model/repo.ts";
import type { PastValue } from "../model/history.ts";
import { pointersFolder } from "../pointer/pointer-path.ts";
import { targetKind } from "../pointer/target.ts";
import type { HistorySource } from "./entries.ts";
import { familyPaths, placesOf } from "./past-places.ts";
import { isSamePast, pastValue } from "./past-value.ts";
import type { PastState, Step } from "./steps.ts";
import { timeline } from "./timeline.ts";

/** A first-parent commit at which one name came to lead somewhere else. */
export interface Transition {
  readonly pointer: string;
  readonly commit: CommitInfo;
  readonly before: PastValue | null;
  readonly after: PastValue | null;
}

/**
 * Where some names led through all of history, newest first: each pair of values that follow each other.
 * Only the files of their chains are parsed, and mostly only they are read.
 * @param open the names; one that is deleted from it while this runs is followed no more
 */
export async function* transitions(
  open: ReadonlySet<string>,
  source: HistorySource,
): AsyncIterable<Transition> {
  let paths = placesOfAll(open);
  // How many transitions of each name were told before history had to be read again.
  const told = new Map<string, number>();
  for (let tries = 1; open.size > 0; tries += 1) {
    const isSome = paths.size <= broad && tries <= mostTries;
    const seen = new Map<string, number>();
    const isNew = (pointer: string): boolean => {
      const number = (seen.get(pointer) ?? 0) + 1;
      seen.set(pointer, number);
      if (number <= (told.get(pointer) ?? 0)) return false;
      told.set(pointer, number);
      return true;
    };
    const further = yield* follow(open, source, isSome ? paths : null, isNew);
    if (further.size === 0) return;
    // An older chain goes through files that were not looked at.
    paths = new Set([...paths, ...further]);
  }
}

/** Paths that git is asked for one by one; of more it is asked for all. */
export const narrow = 12;
/** Paths besides which no file is read; of more all are. */
const broad = 2000;
export const mostTries = 4;

/**
 * @param paths the files that are looked at; all where it is null
 * @returns the paths that it would have had to look at too, and has not
 */
async function* follow(
  open: ReadonlySet<string>,
  source: HistorySource,
  paths: ReadonlySet<string> | null,
  isNew: (pointer: string) => boolean,
): AsyncGenerator<Transition, ReadonlySet<string>> {
  const { repo, tip, isExternal } = source;
  const values = new Map<string, PastValue | null>();
  const watchers = watch();
  const note = (pointer: string, value: PastValue | null): string[] => {
    values.set(pointer, value);
    const links = (value?.via ?? []).filter((name) => targetKind(name) === "pointer");
    for (const name of [pointer, ...links]) watchers.add(name, pointer);
    if (paths === null) return [];
    return [pointer, ...links].flatMap((name) => familyPaths(name)).filter((path) => !paths.has(path));
  };
  let isFirst = true;
  const asked = paths !== null && paths.size <= narrow ? [...paths] : [pointersFolder];
  const isLooked = (path: string): boolean =>
    paths === null || paths.has(path) || paths.has(path.slice(0, path.lastIndexOf("/")));
  for await (const steps of timeline(repo, tip, asked, isLooked)) {
    for (const step of steps) {
      if (isFirst) {
        isFirst = false;
        const further = [...open].flatMap((pointer) =>
          note(pointer, pastValue(pointer, step.after, isExternal)),
        );
        if (further.length > 0) return new Set(further);
      }
      for (const pointer of watchers.affectedBy(step, open)) {
        const after = values.get(pointer) ?? null;
        const before = pastValue(pointer, step.before, isExternal);
        const further = note(pointer, before);
        if (further.length > 0) return new Set(further);
        if (!isSamePast(before, after) && isNew(pointer))
          yield { pointer, commit: step.commit, before, after };
      }
      if (open.size === 0) return new Set();
    }
  }
  return new Set();
}

interface Watchers {
  readonly add: (name: string, pointer: string) => void;
  readonly affectedBy: (step: Step, open: ReadonlySet<string>) => Set<string>;
}

/** Which names lead through which declarations. One that led elsewhere before stays noted: no harm. */
function watch(): Watchers {
  const byName = new Map<string, Set<string>>();
  const namesAt = new Map<string, Set<string>>();
  return {
    add(name, pointer) {
      addTo(byName, name, pointer);
      for (const path of placesOf(name)) addTo(namesAt, path, name);
    },
    affectedBy({ paths, before, after }, open) {
      const affected = new Set<string>();
      for (const name of new Set(paths.flatMap((path) => [...(namesAt.get(path) ?? [])]))) {
        const users = [...(byName.get(name) ?? [])].filter((pointer) => open.has(pointer));
        if (users.length === 0 || isSameDeclaration(name, before, after)) continue;
        for (const pointer of users) affected.add(pointer);
      }
      return affected;
    },
  };
}

function isSameDeclaration(name: string, before: PastState, after: PastState): boolean {
  const [a, b] = [before.get(name), after.get(name)];
  if (a == null || b == null) return a === b;
  return a.target === b.target && a.locked === b.locked;
}

function placesOfAll(names: Iterable<string>): Set<string> {
  const paths = new Set<string>();
  for (const name of names) {
    for (const path of familyPaths(name)) paths.add(path);
    if (paths.size > broad) break;
  }
  return paths;
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}
