import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import Database from "libsql";
import pg from "pg";
import { Pool } from "undici";
import { cli, limitOf, median } from "../measure.js";
import { tell } from "../progress.js";

const token = "bench-token";
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
const listed = 100_000;

/**
 * A registry's storage, through its API: writes that are on disk when they are answered, long listings,
 * and, on the PostgreSQL that POINTSMAN_BENCH_DATABASE_URL names, one pointer among many. Databases
 * are made there and dropped.
 */
export async function storePart({ folder, rounds }) {
  const data = join(folder, "store");
  const registry = await start([cli, "serve", "--port", "0", "--data", data, "--log-level", "warn"]);
  const file = join(data, "registry.db");
  const bare = await start(limitOf("bare-registry", file).args);
  try {
    const ids = [await upload(registry.url), await upload(registry.url)];
    const sides = [bare.url, registry.url];
    const rows = [
      await writes("creates", sides, rounds, (next) => ({
        method: "POST",
        path: "/v4/pointers",
        body: { pointer: `bench/p:tag${next}`, pointer_or_pipeline_id: ids[next % 2] },
      })),
      await writes("moves", sides, rounds, (next) => ({
        method: "PATCH",
        path: `/v4/pointers/bench/p:tag${next % 1000}`,
        body: { pointer_or_pipeline_id: ids[Math.floor(next / 1000) % 2], locked: false },
      })),
    ];
    fill(file, ids[0]);
    rows.push(await listing(sides, rounds));
    return [...rows, ...(await resolutions(rounds))];
  } finally {
    await Promise.all([registry.stop(), bare.stop()]);
  }
}

/** Requests a second of each side in turns, a second each, 64 at a time. */
async function writes(what, urls, rounds, requestOf) {
  const pools = urls.map((url) => new Pool(url, { connections: 64 }));
  const rates = urls.map(() => []);
  const counts = urls.map(() => 0);
  for (let round = 0; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}, ${what} of pointers`);
    for (const [side, pool] of pools.entries()) {
      const began = performance.now();
      const before = counts[side];
      const worker = async () => {
        while (performance.now() - began < 1000) await send(pool, requestOf(counts[side]++));
      };
      await Promise.all(Array.from({ length: 64 }, worker));
      // The first round warms up.
      if (round > 0) rates[side].push((counts[side] - before) / ((performance.now() - began) / 1000));
    }
  }
  await Promise.all(pools.map((pool) => pool.close()));
  return {
    job: `${what} of pointers, on disk when answered: ${Math.round(median(rates[1]))}/s`,
    limit: `a validated request that writes nothing: ${Math.round(median(rates[0]))}/s`,
    goal: 0.6,
    atLeast: true,
    ratio: median(rates[1].map((rate, round) => rate / rates[0][round])),
  };
}

/** All pages of the listing, one after another. */
async function listing(urls, rounds) {
  const times = urls.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}, the listing`);
    for (const [side, url] of urls.entries()) {
      const pool = new Pool(url, { connections: 1 });
      const began = performance.now();
      for (let skip = 0; skip < listed; skip += 1000) {
        await send(pool, { method: "GET", path: `/v4/pointers?skip=${skip}&limit=1000` });
      }
      if (round > 0) times[side].push(performance.now() - began);
      await pool.close();
    }
  }
  return {
    job: "a listing of 100,000 pointers in 100 pages",
    limit: "SELECT and JSON.stringify of the same pages",
    goal: 1.5,
    ratio: median(times[1].map((time, round) => time / times[0][round])),
    ms: median(times[1]),
    limitMs: median(times[0]),
  };
}

/** How long one pointer takes to get in the 99th of 100 cases, among a million beside among a thousand. */
async function resolutions(rounds) {
  const server = process.env["POINTSMAN_BENCH_DATABASE_URL"];
  if (server === undefined) {
    console.error("POINTSMAN_BENCH_DATABASE_URL is not set: nothing was measured on PostgreSQL.");
    return [];
  }
  const sides = [];
  for (const count of [1000, 1_000_000]) {
    const name = `pointsman_bench_${count}`;
    await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await query(server, `CREATE DATABASE ${name}`);
    const database = new URL(server);
    database.pathname = `/${name}`;
    const registry = await start([
      cli,
      "serve",
      "--port",
      "0",
      "--database",
      database.href,
      "--log-level",
      "warn",
    ]);
    const id = await upload(registry.url);
    await query(database.href, filling("pointsman.", "generate_series(1, $1) AS series (n)"), [count, id]);
    await query(database.href, "ANALYZE");
    sides.push({ name, count, registry, pool: new Pool(registry.url, { connections: 4 }), p99: [] });
  }
  for (let round = 0; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}, one of many`);
    for (const { pool, count, p99 } of sides) {
      const times = [];
      const worker = async () => {
        for (let turn = 0; turn < 1000; turn += 1) {
          const began = performance.now();
          const n = 1 + Math.floor(Math.random() * count);
          await send(pool, { method: "GET", path: `/v4/pointers/${family(n)}:tag${n}` });
          times.push(performance.now() - began);
        }
      };
      await Promise.all(Array.from({ length: 4 }, worker));
      if (round > 0) p99.push(times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]);
    }
  }
  for (const { name, pool, registry } of sides) {
    await pool.close();
    await registry.stop();
    await query(server, `DROP DATABASE ${name} WITH (FORCE)`);
  }
  const [few, many] = sides.map(({ p99 }) => p99);
  return [
    {
      job: "one pointer of 1,000,000 on PostgreSQL, 99th percentile",
      limit: "one of 1,000",
      goal: 1.5,
      ratio: median(many.map((time, round) => time / few[round])),
      ms: median(many),
      limitMs: median(few),
    },
  ];
}

const family = (n) => `many/model${n % 5000}`;

/** Pointers past the API, which would take minutes for so many. */
function fill(file, id) {
  const database = new Database(file);
  database.exec("DELETE FROM pointers WHERE pointer NOT IN ('bench/p:v1', 'bench/p:v2')");
  const numbers =
    "(WITH RECURSIVE series (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM series WHERE n < ?1) SELECT n FROM series)";
  database.prepare(filling("", numbers).replaceAll("$", "?")).run([listed, id]);
  database.close();
}

function filling(schema, numbers) {
  return `INSERT INTO ${schema}pointers (pointer, id, pipeline_id, locked)
    SELECT 'many/model' || (n % 5000) || ':tag' || n, 'pointer_' || n, $2, 0 FROM ${numbers}`;
}

async function query(url, text, values) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

async function upload(url) {
  const pool = new Pool(url);
  const { id } = JSON.parse(
    await send(pool, { method: "POST", path: "/v4/pipelines", body: { name: "bench/p", image: "i" } }),
  );
  await pool.close();
  return id;
}

async function send(pool, { method, path, body }) {
  const answer = await pool.request({
    method,
    path,
    headers: body ? headers : { authorization: headers.authorization },
    body: body && JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return text;
}

/** A server in a process of its own, once it says where it listens. */
async function start(args) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, POINTSMAN_TOKEN: token },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  let said = "";
  for await (const text of child.stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    said += text;
    const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
    if (url !== undefined) {
      return {
        url,
        stop: async () => {
          child.kill("SIGINT");
          await ended;
        },
      };
    }
  }
  throw new Error(said);
}
