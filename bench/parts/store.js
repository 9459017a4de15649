import { join } from "node:path";
import Database from "libsql";
import { Pool } from "undici";
import { aDatabase, benchPostgres } from "../a-database.js";
import { limitOf, median } from "../measure.js";
import { tell } from "../progress.js";
import { registryOn, send, start, upload } from "../servers.js";
import { resolutions } from "./resolutions.js";

const listed = 100_000;

/**
 * A registry's storage, through its API: writes that are on disk when they are answered, long listings, and, on
 * PostgreSQL, the same writes and one pointer among many.
 */
export async function storePart({ folder, rounds }) {
  const data = join(folder, "store");
  const registry = await registryOn(data);
  const file = join(data, "registry.db");
  const bare = await start(limitOf("bare-registry", file).args);
  const postgres = benchPostgres();
  try {
    const rows = [];
    for (const callers of [64, 256]) {
      rows.push(
        ...(await writes([bare, registry], rounds, {
          on: "",
          limit: "a validated request that writes nothing",
          goal: 0.6,
          callers,
        })),
      );
    }
    if (postgres !== null) rows.push(...(await writesOnPostgres(postgres.url, registry, rounds)));
    fill(file, await upload(registry.url, { name: "bench/listed", image: "i" }));
    rows.push(await listing([bare.url, registry.url], rounds));
    if (postgres !== null) rows.push(await resolutions(postgres.url, rounds));
    return rows;
  } finally {
    await Promise.all([registry.stop(), bare.stop()]);
    postgres?.stop();
  }
}

/** A figure without a goal: what the flushes of a server's many connections cost is the server's. */
async function writesOnPostgres(server, sqlite, rounds) {
  const database = await aDatabase(server);
  const registry = await registryOn(database.url);
  try {
    return await writes([sqlite, registry], rounds, {
      on: " on PostgreSQL",
      limit: "the same on SQLite",
      callers: 64,
    });
  } finally {
    await registry.stop();
    await database.drop();
  }
}

let names = 0;

/**
 * Creates and moves of pointers on each side in turns, by so many callers at a time: moves of a thousand whose names follow
 * each other, as a sync sends them, and of a thousand that are far apart in a registry of all that were created.
 */
async function writes(sides, rounds, { on, limit, goal, callers }) {
  const urls = sides.map(({ url }) => url);
  const family = `bench/p${names++}`;
  const idsOf = new Map();
  for (const url of urls) {
    // The limit takes no uploads, and any target.
    const isBare = limit.includes("nothing") && url === urls[0];
    const one = () => (isBare ? "pipeline_0" : upload(url, { name: family, image: "i" }));
    idsOf.set(url, [await one(), await one()]);
  }
  const nameOf = (number) => `${family}:tag${String(number).padStart(7, "0")}`;
  const created = new Map();
  const moves = (apart) => (next, ids) => ({
    method: "PATCH",
    path: `/v4/pointers/${nameOf((next % 1000) * apart(ids))}`,
    body: { pointer_or_pipeline_id: ids[Math.floor(next / 1000) % 2], locked: false },
  });
  const requests = {
    "creates of pointers": (next, ids) => {
      created.set(ids, next);
      return {
        method: "POST",
        path: "/v4/pointers",
        body: { pointer: nameOf(next), pointer_or_pipeline_id: ids[next % 2] },
      };
    },
    "moves of pointers, in order": moves(() => 1),
    "moves of pointers, far apart": moves((ids) => Math.floor(created.get(ids) / 1000)),
  };
  const rows = [];
  for (const [what, requestOf] of Object.entries(requests)) {
    const job = `${what}${on}, ${callers} at a time`;
    const rates = await ratesOf(job, callers, urls, rounds, (next, url) => requestOf(next, idsOf.get(url)));
    rows.push({
      job: `${job}, on disk when answered: ${Math.round(median(rates[1]))}/s`,
      limit: `${limit}: ${Math.round(median(rates[0]))}/s`,
      goal,
      atLeast: true,
      ratio: median(rates[1].map((rate, round) => rate / rates[0][round])),
    });
  }
  return rows;
}

/** Requests a second of each side in turns, a second each. */
async function ratesOf(what, callers, urls, rounds, requestOf) {
  const pools = urls.map((url) => new Pool(url, { connections: callers }));
  const rates = urls.map(() => []);
  const counts = urls.map(() => 0);
  for (let round = 0; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}, ${what}`);
    for (const [side, pool] of pools.entries()) {
      const began = performance.now();
      const before = counts[side];
      const worker = async () => {
        while (performance.now() - began < 1000) await send(pool, requestOf(counts[side]++, urls[side]));
      };
      await Promise.all(Array.from({ length: callers }, worker));
      // The first round warms up.
      if (round > 0) rates[side].push((counts[side] - before) / ((performance.now() - began) / 1000));
    }
  }
  await Promise.all(pools.map((pool) => pool.close()));
  return rates;
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

/** Pointers past the API, which would take minutes for so many. */
function fill(file, id) {
  const database = new Database(file);
  database.exec("DELETE FROM pointers WHERE pointer NOT GLOB '*:v[0-9]*'");
  database
    .prepare(
      `INSERT INTO pointers (pointer, id, pipeline_id, locked)
       WITH RECURSIVE series (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM series WHERE n < ?1)
       SELECT 'many/model' || (n % 5000) || ':tag' || n, 'pointer_' || n, ?2, 0 FROM series`,
    )
    .run([listed, id]);
  database.close();
}
