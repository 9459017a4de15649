import type { HistoryEntry } from "../model/history.ts";
import type { Repo } from "../model/repo.ts";
import { targetKind } from "../pointer/target.ts";
import { familyPaths } from "./past-places.ts";
import { isSamePast, pastValue } from "./past-value.ts";
import type { PastState, Step } from "./steps.ts";
import { timeline } from "./timeline.ts";
import { mostTries, narrow } from "./transitions.ts";

/** Where and by whose rules history is read. */
export interface HistorySource {
  /** As its pointers see it: paths are from the folder that holds `pointers/`. */
  readonly repo: Repo;
  readonly tip: string;
  readonly isExternal: (pointer: string) => boolean;
}

/**
 * The commits at which a name came to lead somewhere else, through its chain too, newest first. Where
 * they are few, only the files of its chain's pipelines are looked at.
 */
export async function entriesOf(pointer: string, source: HistorySource): Promise<HistoryEntry[]> {
  const { repo, tip, isExternal } = source;
  const paths = new Set(familyPaths(pointer));
  // A link in another pipeline's file shows itself on the way; its file is then looked at too. A chain
  // through many files would show one of them each time: then all are.
  for (let tries = 1; ; tries += 1) {
    const size = paths.size;
    const isNarrow = size <= narrow && tries <= mostTries;
    const entries: HistoryEntry[] = [];
    for await (const steps of timeline(repo, tip, isNarrow ? [...paths] : undefined)) {
      for (const step of steps) {
        for (const state of [step.before, step.after]) {
          const via = pastValue(pointer, state, isExternal)?.via ?? [];
          for (const path of via.flatMap((name) => familyPaths(name))) paths.add(path);
        }
        const entry = entryOf(pointer, step, source);
        if (entry !== null) entries.push(entry);
      }
    }
    if (!isNarrow || paths.size === size) return entries;
  }
}

/** The same of every name of the repository: those of some commits at a time. */
export async function* allEntries(source: HistorySource): AsyncIterable<HistoryEntry[]> {
  // Who targets whom, in the state after the step at hand; kept up while going back.
  const users = new Map<string, Set<string>>();
  let isFirst = true;
  for await (const steps of timeline(source.repo, source.tip)) {
    const entries: HistoryEntry[] = [];
    for (const step of steps) {
      if (isFirst) for (const name of step.names()) link(users, name, step.after);
      isFirst = false;
      const touched = step.touched();
      const names = new Set(touched);
      addUsers(names, users);
      for (const name of touched) {
        unlink(users, name, step.after);
        link(users, name, step.before);
      }
      addUsers(names, users);
      for (const name of names.size === 1 ? names : [...names].sort()) {
        const entry = entryOf(name, step, source);
        if (entry !== null) entries.push(entry);
      }
    }
    if (entries.length > 0) yield entries;
  }
}

/**
 * What a commit changed for a name; null where that is nothing, or not known. Only what it changed in the name's own declaration
 * or a link's counts: of a name that stands nowhere in a file that could not be read, nobody can say that it came or went.
 */
function entryOf(
  pointer: string,
  { commit, before, after, touched }: Step,
  { isExternal }: HistorySource,
): HistoryEntry | null {
  // Everything looks new where the commits before it are cut off.
  if (commit.isCut === true) return null;
  const [was, is] = [pastValue(pointer, before, isExternal), pastValue(pointer, after, isExternal)];
  if (isSamePast(was, is)) return null;
  const moved = [pointer, ...(is?.via ?? []), ...(was?.via ?? [])].find((name) => touched().has(name));
  return moved === undefined ? null : { commit, pointer, before: was, after: is, moved };
}

/** Adds all that lead to some names. */
function addUsers(names: Set<string>, users: ReadonlyMap<string, ReadonlySet<string>>): void {
  // A set hands out what is added to it while it is walked.
  for (const name of names) {
    const its = users.get(name);
    if (its !== undefined) for (const user of its) names.add(user);
  }
}

function link(users: Map<string, Set<string>>, name: string, state: PastState): void {
  const target = state.get(name)?.target;
  // Nobody follows an id any further, and there are as many as there are promotions.
  if (target === undefined || targetKind(target) === "id") return;
  const known = users.get(target);
  if (known === undefined) users.set(target, new Set([name]));
  else known.add(name);
}

function unlink(users: Map<string, Set<string>>, name: string, state: PastState): void {
  const target = state.get(name)?.target;
  if (target !== undefined) users.get(target)?.delete(name);
}
