import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { openRepo } from "../../src/git/open-repo.ts";
import { allEntries, entriesOf } from "../../src/history/entries.ts";
import type { HistoryEntry } from "../../src/model/history.ts";
import { collect } from "../git/repo-conformance.ts";
import { external, history, isSameValue, names, type Value, valueAt, writeHistories } from "./past.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Some that nobody ever declares, in files that may be unreadable and in others. */
const others = ["team/alpha:cc", "team/gamma:aa", external];

describe.each(["git", "js"])("read with %s", (POINTSMAN_GIT) => {
  test("the history of a name is what the history of everything says of it", async () => {
    const many = fc.array(history, {
      minLength: 1,
      maxLength: POINTSMAN_GIT === "git" ? 30 : 60,
      size: "max",
    });
    await fc.assert(
      fc.asyncProperty(many, async (histories) => {
        const folder = await mkdtemp(join(tmpdir(), "pointsman-past-"));
        folders.push(folder);
        const ids = writeHistories(folder, histories);
        const repo = await openRepo(folder, { ...process.env, POINTSMAN_GIT });
        for (const [number, commits] of histories.entries()) {
          const line = ids[number] ?? [];
          const tip = line.at(-1) ?? "";
          const source = { repo, tip, isExternal: (pointer: string) => pointer === external };
          const all = (await collect(allEntries(source))).flat();
          const asked = [...names, ...others];
          const answers = await Promise.all(asked.map((name) => entriesOf(name, source)));
          for (const [at, name] of asked.entries()) {
            const its = all.filter(({ pointer }) => pointer === name);
            expect(answers[at]!.map(told)).toEqual(its.map(told));
            expect(its.map(({ commit }) => line.indexOf(commit.id))).toEqual(
              expect.arrayContaining(
                movesOf(
                  name,
                  commits.map(({ state }) => valueAt(state, name)),
                ),
              ),
            );
          }
        }
      }),
      { numRuns: POINTSMAN_GIT === "git" ? 2 : 4 },
    );
  }, 60_000);
});

/** A commit's files are those that were asked for. */
function told({ commit, ...rest }: HistoryEntry): unknown {
  return { ...rest, commit: commit.id };
}

/** The numbers of the commits that moved a name for certain: what could not be read says little. */
function movesOf(name: string, values: readonly (Value | null)[]): number[] {
  const isKnown = (value: Value | null): boolean => value === null || value.trouble === null;
  const cameOrWent = (a: Value | null, b: Value | null): boolean =>
    (a === null && b?.end === name) || (b === null && a?.end === name);
  return values.flatMap((value, number) => {
    const before = number === 0 ? null : (values[number - 1] ?? null);
    if (isSameValue(value, before) || cameOrWent(value, before)) return [];
    return isKnown(value) || isKnown(before) ? [number] : [];
  });
}
