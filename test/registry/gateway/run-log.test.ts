import { expect, test, vi } from "vitest";
import { RunLog } from "../../../src/registry/gateway/run-log.ts";
import type { RunRecord } from "../../../src/registry/store/run-store.ts";
import { Unavailable } from "../../../src/registry/store/unavailable.ts";
import { aRun } from "../a-run.ts";

/** A log on a store that is away for so many saves. */
function aLog(away: number) {
  const saved = new Map<string, RunRecord>();
  const lost: string[] = [];
  const tries: number[] = [];
  const save = async (runs: readonly RunRecord[]): Promise<void> => {
    tries.push(runs.length);
    if (away-- > 0) throw new Unavailable("away");
    for (const run of runs) saved.set(run.id, run);
  };
  const get = async (id: string) => saved.get(id) ?? null;
  const store = { save, get, size: async (id: string) => saved.get(id)?.outputs?.length ?? 0 };
  const log = new RunLog(store, (_error, { run }) => lost.push(run.id));
  return { log, saved, lost, tries };
}

test("how a run ended while the store was away is written once it is back, over what was before it", async () => {
  const { log, saved, lost } = aLog(2);
  log.put(aRun("run_1"), "a");
  expect(await log.flush()).toEqual(["run_1"]);
  log.put(aRun("run_1", { state: "completed", outputs: "[1]" }), "a");
  log.put(aRun("run_2", { state: "failed" }), "b");
  expect(await log.flush()).toEqual(["run_1", "run_2"]);
  expect(await log.read("run_1")).toMatchObject({ state: "completed" });
  await vi.waitFor(() => expect(saved.size).toBe(2), 5000);
  expect([...saved.values()].map(({ state }) => state)).toEqual(["completed", "failed"]);
  await log.close();
  expect(lost).toEqual([]);
});

test("of what cannot be written so much is kept as fits, the newest", async () => {
  const { log, lost, tries } = aLog(Infinity);
  const outputs = "x".repeat(2 ** 20);
  for (let at = 0; at < 70; at++) log.put(aRun(`run_${at}`, { outputs }), "a");
  await log.flush();
  expect(lost).toEqual(["run_0", "run_1", "run_2", "run_3", "run_4", "run_5"]);
  // It is tried again in its time, not for each that comes.
  const before = tries.length;
  for (let at = 0; at < 5; at++) {
    log.put(aRun("run_69", { outputs }), "a");
    await new Promise(setImmediate);
  }
  expect(tries).toHaveLength(before);
  await log.close();
  expect(lost).toHaveLength(70);
});

test("errors count as outputs do", async () => {
  const { log, lost } = aLog(Infinity);
  const error = { type: "unknown", message: "x".repeat(2 ** 19), traceback: "x".repeat(2 ** 19) } as const;
  for (let at = 0; at < 70; at++) log.put(aRun(`run_${at}`, { state: "failed", error }), "a");
  await log.flush();
  expect(lost).toEqual(["run_0", "run_1", "run_2", "run_3", "run_4", "run_5"]);
  await log.close();
});
