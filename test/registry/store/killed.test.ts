import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";
import { aFolder } from "../a-registry.ts";
import { aDatabase, hasServer } from "./a-database.ts";
import { auditIn } from "./audit-rows.ts";

/** How many writes are to be acknowledged in all: 10,000 take a minute or two. */
const wanted = Number(process.env["POINTSMAN_TEST_KILLED_WRITES"] ?? 200);
/** A process is killed somewhere in the second half of so many of them: several are, however few are wanted. */
const perLife = Math.min(wanted / 3, Math.max(400, wanted / 15));
const clients = 16;

const cli = fileURLToPath(new URL("../../../dist/cli.cjs", import.meta.url));
const token = "killed";

interface Served {
  readonly process: ChildProcess;
  readonly url: string;
}

/** `pointsman serve` in a process of its own. */
async function serve(location: string): Promise<Served> {
  const where = location.startsWith("postgres:") ? "--database" : "--data";
  const args = [cli, "serve", "--port", "0", "--log-level", "info", where, location];
  const served = spawn(process.execPath, args, {
    env: { ...process.env, POINTSMAN_TOKEN: token },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void served.kill("SIGKILL"));
  let said = "";
  return new Promise((resolve, reject) => {
    served.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < 10_000) said += text;
      const [url] = /http:\/\/[\d.:]+(?=,)/.exec(said) ?? [];
      if (url !== undefined) resolve({ process: served, url });
    });
    served.once("exit", () => reject(new Error(`it did not start: ${said}`)));
  });
}

interface Row {
  readonly pointer: string;
  readonly pipeline_id: string;
  readonly locked: boolean;
}

/** What callers know of the registry: what was acknowledged, and what they sent without an answer. */
interface Known {
  /** The ids of uploads. */
  readonly uploads: Set<string>;
  /** Where each pointer was moved to last. */
  readonly pointers: Map<string, string>;
  /** Where each may have been moved to since. */
  readonly unanswered: Map<string, string>;
  acknowledged: number;
}

/** Uploads and moves until the process is killed, which happens at one of its acknowledgements. */
async function writeUntilKilled(served: Served, known: Known): Promise<void> {
  const ended = once(served.process, "exit");
  const pool = new Pool(served.url, { connections: clients });
  let left = Math.ceil((Math.random() * perLife + perLife) / 2);
  const acknowledge = (): void => {
    known.acknowledged += 1;
    left -= 1;
    if (left === 0) served.process.kill("SIGKILL");
  };
  const send = async (method: "POST" | "PATCH", path: string, body: object): Promise<{ id: string }> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await pool.request({ method, path, headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text);
  };
  /** Each has a family of its own, so that it knows what its pointers should be. */
  const client = async (name: string): Promise<void> => {
    const own: string[] = [];
    for (let turn = 0; ; turn++) {
      if (turn % 4 === 0) {
        const { id } = await send("POST", "/v4/pipelines", { name, image: "i" });
        own.push(id);
        known.uploads.add(id);
      } else {
        const pointer = `${name}:tag${turn % 20}`;
        const target = own[turn % own.length] ?? "";
        const isKnown = known.pointers.has(pointer) || known.unanswered.has(pointer);
        known.unanswered.set(pointer, target);
        if (isKnown) await send("PATCH", `/v4/pointers/${pointer}`, { pointer_or_pipeline_id: target });
        else await send("POST", "/v4/pointers", { pointer, pointer_or_pipeline_id: target });
        known.pointers.set(pointer, target);
        known.unanswered.delete(pointer);
      }
      acknowledge();
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: clients }, (_, index) => client(`team/model${index}`)),
  );
  await ended;
  await pool.destroy();
  // Connections that broke; no answer was an error.
  for (const end of ends) expect(String((end as PromiseRejectedResult).reason)).not.toContain("/v4/");
}

/** Compares what a new process on the same data gives with what callers know; gives its pointers. */
async function expectNothingLost(served: Served, known: Known): Promise<Row[]> {
  const page = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${served.url}${path}`, { headers });
    return (await answer.json()) as { total: number; data: (Row & { id: string })[] };
  };
  const listed = async (path: string) => {
    const rows: (Row & { id: string })[] = [];
    for (let total = Infinity; rows.length < total;) {
      const next = await page(`${path}?skip=${rows.length}&limit=10000`);
      total = next.total;
      rows.push(...next.data);
    }
    return rows;
  };
  const [rows, pipelines] = [await listed("/v4/pointers"), await listed("/v4/pipelines")];

  const values = new Map(rows.map(({ pointer, pipeline_id }) => [pointer, pipeline_id]));
  const ids = new Set(pipelines.map(({ id }) => id));
  for (const id of values.values()) expect(ids).toContain(id);
  for (const id of known.uploads) expect(ids).toContain(id);
  for (const [pointer, target] of known.pointers) {
    expect([target, known.unanswered.get(pointer)]).toContain(values.get(pointer));
  }
  const versions = rows.filter(({ pointer }) => /:v\d+$/.test(pointer));
  expect(new Set(versions.map((row) => row.pipeline_id))).toEqual(ids);
  for (let index = 0; index < clients; index++) {
    const own = versions.filter(({ pointer }) => pointer.startsWith(`team/model${index}:`));
    const numbers = own.map(({ pointer }) => Number(pointer.split(":v")[1])).toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  }
  // From here on they know what the registry has.
  for (const [pointer, target] of known.unanswered) {
    const value = values.get(pointer);
    expect([target, known.pointers.get(pointer)]).toContain(value);
    if (value === undefined) known.pointers.delete(pointer);
    else known.pointers.set(pointer, value);
  }
  known.unanswered.clear();
  return rows;
}

/** The audit of each pointer, from its creation on, ends with what it is; and there is none of another. */
async function expectWholeAudit(location: string, rows: readonly Row[]): Promise<void> {
  const heads = new Map<string, unknown>();
  for (const { kind, subject, before, after } of await auditIn(location)) {
    expect([kind, subject, before]).toEqual(["pointer", subject, heads.get(subject) ?? null]);
    heads.set(subject, after);
  }
  expect(heads).toEqual(
    new Map(rows.map(({ pointer, pipeline_id, locked }) => [pointer, { pipeline_id, locked }])),
  );
}

describe(`nothing of ${wanted} acknowledged writes is lost by kill -9`, () => {
  async function survive(location: string): Promise<number> {
    const known: Known = { uploads: new Set(), pointers: new Map(), unanswered: new Map(), acknowledged: 0 };
    let served = await serve(location);
    while (known.acknowledged < wanted) {
      await writeUntilKilled(served, known);
      served = await serve(location);
      await expectWholeAudit(location, await expectNothingLost(served, known));
    }
    return known.acknowledged;
  }
  const patience = 30_000 + wanted * 100;

  test("on SQLite", { timeout: patience }, async () => {
    expect(await survive(await aFolder())).toBeGreaterThanOrEqual(wanted);
  });
  test.runIf(hasServer)("on PostgreSQL", { timeout: patience }, async () => {
    expect(await survive(await aDatabase())).toBeGreaterThanOrEqual(wanted);
  });
});
