import { randomUUID } from "node:crypto";
import type { WireRunError } from "../../wire/run.ts";
import type { Database } from "./database.ts";
import { fromJson, toJson } from "./json.ts";
import { type RunRow, forgottenAtOnce, runQueries } from "./run-queries.ts";
import type { RunRecord, RunStore } from "./run-store.ts";
import type { Tables } from "./tables.ts";

export interface RunOptions {
  /** How many runs are kept at least; older ones go now and then. */
  readonly kept: number;
  /** How long a run is believed to be in hand after its process last said so, in milliseconds. */
  readonly lease: number;
}

const interrupted: WireRunError = {
  type: "unknown",
  message: "the registry's process that had this run in hand is gone: start it again",
  traceback: null,
};

/** @returns the runs, and how to stop saying that this process lives */
export function runStore(
  database: Database,
  { kept, lease }: RunOptions,
): { runs: RunStore; stop: () => void } {
  const queries = runQueries(database);
  const owner = randomUUID();
  /** The ids of the runs in hand. */
  const inHand = new Set<string>();
  let saved = 0;
  let pulse: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** One after the other: all at once would forget more in one write than a few. */
  let forgetting = Promise.resolve();

  const until = () => (Date.now() + lease) / 1000;

  /** While runs are in hand, says so: other processes then show them as running. */
  function beat(after: number): void {
    pulse = setTimeout(() => void renew(), after).unref();
  }

  async function renew(): Promise<void> {
    try {
      const given = { owner, alive_until: until() };
      if (inHand.size > 0) await database.write((session) => session.run(queries.renew, given));
      if (!isStopped) beat(lease / 4);
    } catch {
      // What was to be said is late where the database was away for long: it is said as soon as it is back.
      if (!isStopped) beat(lease / 60);
    }
  }

  async function forgetOldest(): Promise<void> {
    const oldest = await database.first(queries.nthNewest, { kept });
    if (oldest === undefined) return;
    const given = { before: oldest.created_at, now: Date.now() / 1000 };
    let forgotten: number;
    do {
      forgotten = await database.write((session) => session.run(queries.forget, given));
    } while (forgotten === forgottenAtOnce);
  }

  const runs: RunStore = {
    save: async (given) => {
      const alive_until = until();
      const rows = given.map((run) => rowOf(run, owner, alive_until));
      await database.write(async (session) => {
        if (database.kind === "postgres") await session.run(queries.saveMany, { rows: JSON.stringify(rows) });
        else for (const row of rows) await session.run(queries.save, row);
      });
      for (const { id, state } of given) {
        if (state === "running") inHand.add(id);
        else inHand.delete(id);
      }
      if (inHand.size > 0 && pulse === undefined) beat(lease / 4);
      const before = saved;
      saved += given.length;
      const often = Math.ceil(kept / 10);
      // Nobody waits for that, and what is left of it goes the next time.
      if (Math.floor(before / often) < Math.floor(saved / often))
        forgetting = forgetting.then(forgetOldest).catch(() => undefined);
    },
    get: async (id) => {
      const row = await database.first(queries.find, { id });
      return row === undefined ? null : show(row, inHand.has(id));
    },
    size: async (id) => (await database.first(queries.size, { id }))?.size ?? 0,
  };
  const stop = (): void => {
    isStopped = true;
    clearTimeout(pulse);
  };
  return { runs, stop };
}

/** Field by field: copying objects whole costs more than the database does. */
function rowOf(run: RunRecord, owner: string, alive_until: number): Tables["runs"] {
  return {
    id: run.id,
    pointer: run.pointer,
    pipeline_id: run.pipeline_id,
    token: run.token,
    is_async: Number(run.async),
    state: run.state,
    created_at: run.created_at,
    updated_at: run.updated_at,
    owner,
    alive_until,
    outputs: run.outputs,
    error: toJson(run.error),
  };
}

/** @param isInHand whether this process has it in hand, whenever it could last say so */
function show({ is_async, alive_until, outputs, error, ...row }: RunRow, isInHand: boolean): RunRecord {
  const run = { ...row, async: is_async === 1, outputs, error: fromJson(error) };
  if (run.state !== "running" || isInHand || alive_until > Date.now() / 1000) return run as RunRecord;
  return { ...run, state: "failed", updated_at: alive_until, outputs: null, error: interrupted };
}
