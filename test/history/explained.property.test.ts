import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import type { PointerValue } from "../../src/model/pointer.ts";
import type { Remote } from "../../src/model/remote.ts";
import { makePlan } from "../../src/workspace/make-plan.ts";
import { openWorkspace } from "../../src/workspace/open-workspace.ts";
import { readSnapshot } from "../../src/workspace/read-snapshot.ts";
import {
  type Commit,
  type Value,
  external,
  history,
  idOf,
  innerId,
  isSameValue,
  known,
  names,
  valueAt,
  writeHistories,
} from "./past.ts";

/** What somebody's hand, or an earlier sync, left on the remote: by the number of a commit, or a value of its own. */
const hand = fc.oneof(
  { weight: 6, arbitrary: fc.record({ like: fc.nat({ max: 30 }), flip: fc.constant(false) }) },
  { weight: 1, arbitrary: fc.record({ like: fc.nat({ max: 30 }), flip: fc.constant(true) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      pipeline: fc.constantFrom("pipeline_a", "pipeline_d", innerId, "pipeline_hand"),
      locked: fc.constant(false),
    }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

const scene = fc.record({
  commits: history,
  hands: fc.tuple(...names.map(() => hand)),
  /** Which commit is planned, counted back from the tip among those without problems. */
  back: fc.oneof(fc.constant(0), fc.nat({ max: 8 })),
  isExplicit: fc.boolean(),
});
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe.each(["git", "js"])("read with %s", (POINTSMAN_GIT) => {
  test("causes, superseded pointers and deletes are those that the list of states says", async () => {
    const many = fc.array(scene, { minLength: 1, maxLength: POINTSMAN_GIT === "git" ? 30 : 60, size: "max" });
    await fc.assert(
      fc.asyncProperty(many, async (scenes) => {
        const folder = await mkdtemp(join(tmpdir(), "pointsman-past-"));
        folders.push(folder);
        const ids = writeHistories(
          folder,
          scenes.map(({ commits }) => commits),
        );
        const workspace = await openWorkspace(folder, { ...process.env, POINTSMAN_GIT });
        for (const [number, one] of scenes.entries()) {
          const line = ids[number] ?? [];
          const world = worldOf(one);
          const snapshot = await readSnapshot(workspace, line[world.at] ?? "");
          const { plan } = await makePlan(workspace, snapshot, remoteOf(world.remote), {
            tip: line.at(-1) ?? "",
            prune: true,
            ...(one.isExplicit ? { onDrift: "overwrite" as const } : {}),
          });
          expect(toldOf(plan, line)).toEqual(expected(one, world));
        }
      }),
      { numRuns: POINTSMAN_GIT === "git" ? 2 : 4 },
    );
  }, 60_000);
});

interface World {
  /** The number of the planned commit. */
  readonly at: number;
  readonly remote: ReadonlyMap<string, PointerValue>;
}

function worldOf({ commits, hands, back }: Scene): World {
  const isSound = ({ state }: Commit): boolean =>
    Object.values(state).every(({ broken }) => !broken) &&
    names.every((name) => (valueAt(state, name)?.trouble ?? null) === null);
  const sound = commits.flatMap((commit, number) => (isSound(commit) ? [number] : []));
  const at = sound[Math.max(0, sound.length - 1 - back)] ?? 0;
  const remote = new Map<string, PointerValue>(
    Object.entries(known).map(([name, pipeline]) => [name, { pipeline, locked: false }]),
  );
  for (const [number, one] of hands.entries()) {
    const name = names[number] ?? "";
    if (one === null) continue;
    if ("pipeline" in one) {
      remote.set(name, one);
      continue;
    }
    const value = valueAt(commits[one.like % commits.length]?.state ?? {}, name);
    const pipeline = value === null || value.trouble !== null ? undefined : idOf(value);
    if (value !== null && pipeline !== undefined)
      remote.set(name, { pipeline, locked: one.flip ? !value.locked : value.locked });
  }
  return { at, remote };
}

/** By brute force over all states: of each pointer what becomes of it, and by which commit's number. */
function expected({ commits, isExplicit }: Scene, { at, remote }: World): Record<string, string> {
  const tip = commits.length - 1;
  const told: Record<string, string> = {};
  const values = (name: string): (Value | null)[] => commits.map(({ state }) => valueAt(state, name));
  const isLockBlocked = (name: string): boolean =>
    remote.get(name)?.locked === true &&
    values(name)[at]?.locked === false &&
    !values(name).some((value) => value?.locked === true);

  for (const name of names) {
    const all = values(name);
    const is = remote.get(name);
    const goal = all[at] ?? null;
    const wanted = goal === null ? undefined : idOf(goal);
    const says = (number: number): boolean => {
      const value = all[number] ?? null;
      if (value === null || value.trouble !== null || value.end === external) return false;
      return idOf(value) === is?.pipeline && value.locked === is?.locked;
    };
    const numbers = [...commits.keys()];

    if (goal !== null && is?.pipeline === wanted && is?.locked === goal.locked) continue;
    const isBlocked = goal !== null && (isLockBlocked(name) || goal.through.some(isLockBlocked));
    let gone: number | undefined;
    if (goal === null) {
      gone = numbers.findLast((number) => all[number] === null && number > 0 && all[number - 1] !== null);
      const isOwned = numbers.some(
        (number) => number < (gone ?? 0) && all[number] != null && all[number]?.trouble === null,
      );
      if (is === undefined || is.locked || gone === undefined || !isOwned) continue;
    }

    const last = all[tip] ?? null;
    const isLike = isBlocked
      ? last !== null && last.trouble === null && last.end === goal?.end && last.locked === goal.locked
      : goal === null
        ? last === null
        : last !== null && last.trouble === null && idOf(last) === wanted && last.locked === goal.locked;
    if (at < tip && !isLike) {
      const by = numbers.findLast(
        (number) => number > at && !isSameValue(all[number] ?? null, all[number - 1] ?? null),
      );
      told[name] = `superseded ${by ?? tip}`;
      continue;
    }
    if (isBlocked) {
      told[name] = isLockBlocked(name) ? "locked-on-remote" : "depends-on-blocked";
      continue;
    }
    const action = goal === null ? "delete" : is === undefined ? "create" : "update";
    const newer = numbers.findLast((number) => number > at && says(number) && !says(number - 1));
    const earlier = numbers.findLast((number) => number < at && says(number));
    const kind =
      is === undefined
        ? "new"
        : newer !== undefined
          ? "ahead"
          : earlier !== undefined
            ? "behind"
            : goal?.end === external
              ? "external"
              : "drift";
    const by =
      kind === "ahead" ? newer : goal === null ? gone : kind === "behind" ? (earlier ?? 0) + 1 : undefined;
    if (kind === "drift" && action === "delete" && !isExplicit) told[name] = "kept";
    else told[name] = `${action} ${kind}${by === undefined ? "" : ` ${by}`}`;
  }
  return told;
}

/** The same of a plan. */
function toldOf({ changes, blocked, superseded }: Plan, line: readonly string[]): Record<string, string> {
  const number = (commit: string): number => line.indexOf(commit);
  return Object.fromEntries([
    ...changes.map(({ pointer, action, cause }) => [
      pointer,
      `${action} ${cause.kind}${cause.commit === undefined ? "" : ` ${number(cause.commit)}`}`,
    ]),
    ...blocked.map(({ pointer, reason }) => [pointer, reason === "drift" ? "kept" : reason]),
    ...superseded.map(({ pointer, commit }) => [pointer, `superseded ${number(commit)}`]),
  ]);
}

function remoteOf(rows: ReadonlyMap<string, PointerValue>): Remote {
  const refuse = (): never => {
    throw new Error("a plan writes nothing");
  };
  return {
    name: "listed",
    url: "https://registry.example",
    hasToken: true,
    comparesAndSets: () => false,
    keepsHistory: () => false,
    history: refuse,
    list: async ({ family } = {}) =>
      new Map([...rows].filter(([pointer]) => family === undefined || pointer.startsWith(`${family}:`))),
    holdsName: refuse,
    create: refuse,
    update: refuse,
    delete: refuse,
    publish: refuse,
    sources: refuse,
    close: async () => undefined,
  };
}
