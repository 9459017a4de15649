import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Deps } from "../../src/commands/command.ts";
import { diff } from "../../src/commands/diff.ts";
import { list } from "../../src/commands/list.ts";
import { style } from "../../src/render/style.ts";

const deps: Deps = {
  environment: process.env,
  style: style({ color: false, isTerminal: false }),
  note: () => undefined,
  verbose: () => undefined,
  progress: () => undefined,
  progressEnd: () => undefined,
  takeInterrupts: () => new AbortController().signal,
  mayHaveWritten: () => undefined,
  stderrIsTerminal: false,
  print: () => undefined,
  version: "",
  self: [],
  confirm: null,
};

/** Pointers of two pipelines that chain onto each other, onto versions, or onto nothing. */
const names = ["a/b:t1", "a/b:t2", "c/d:t1", "c/d:t2"] as const;
const targets = fc.constantFrom(...names, "a/b:v1", "a/b:v2", "c/d:v1", "pipeline_x1", "e/f:gone");
const state = fc.dictionary(fc.constantFrom(...names), fc.record({ target: targets, locked: fc.boolean() }));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "pointsman-diff-"));
  execFileSync("git", ["init", "--quiet", "--bare", dir]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Commits one state after the other, by their text alone; gives their ids. */
function commitAll(states: readonly Record<string, { target: string; locked: boolean }>[]): string[] {
  const ref = `refs/heads/h${Math.random().toString(36).slice(2)}`;
  const stream = states.map((pointers, index) => {
    const files = ["a/b", "c/d"].map((family) => {
      const own = Object.entries(pointers).filter(([name]) => name.startsWith(`${family}:`));
      const text = `pointers:${own.length === 0 ? " {}" : ""}\n${own.map(([name, { target, locked }]) => `  ${name}:\n    target: ${target}\n    locked: ${locked}\n`).join("\n")}`;
      return `M 100644 inline pointers/${family}.yaml\ndata ${text.length}\n${text}\n`;
    });
    return `commit ${ref}\ncommitter A <a@localhost> ${1_700_000_000 + index} +0000\ndata 1\nx\n${files.join("")}`;
  });
  execFileSync("git", ["fast-import", "--quiet"], { cwd: dir, input: `${stream.join("\n")}\n` });
  return execFileSync("git", ["rev-list", "--reverse", ref], { cwd: dir, encoding: "utf8" })
    .trim()
    .split("\n");
}

describe("for every pair of commits of a random history", () => {
  it("diff A..B is the difference of list --at A and list --at B", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(state, { minLength: 4, maxLength: 4 }), async (states) => {
        const commits = commitAll(states);
        const listed = await Promise.all(
          commits.map(async (at) => {
            const { output } = await list({ dir, format: "json", at }, deps);
            const { pointers } = JSON.parse(output) as {
              pointers: { pointer: string; pipeline: string | null; locked: boolean }[];
            };
            return new Map(pointers.map(({ pointer, pipeline, locked }) => [pointer, { pipeline, locked }]));
          }),
        );
        for (const [i, a] of commits.entries()) {
          for (const [j, b] of commits.entries()) {
            if (i === j) continue;
            const { output } = await diff({ dir, format: "json", range: `${a}..${b}` }, deps);
            const { changes } = JSON.parse(output) as {
              changes: { pointer: string; before: unknown; after: unknown }[];
            };
            const all = [...new Set([...(listed[i]?.keys() ?? []), ...(listed[j]?.keys() ?? [])])].sort();
            const expected = all
              .map((pointer) => ({
                pointer,
                before: listed[i]?.get(pointer) ?? null,
                after: listed[j]?.get(pointer) ?? null,
              }))
              .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
            expect(changes.map(({ pointer, before, after }) => ({ pointer, before, after }))).toEqual(
              expected,
            );
          }
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);
});
