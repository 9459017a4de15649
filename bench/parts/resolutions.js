import { Pool } from "undici";
import { aDatabase } from "../a-database.js";
import { median } from "../measure.js";
import { tell } from "../progress.js";
import { registryOn, send, upload } from "../servers.js";

/** How long one pointer takes to get in the 99th of 100 cases, among a million beside among a thousand. */
export async function resolutions(server, rounds) {
  const [few, many] = [await among(server, 1000), await among(server, 1_000_000)];
  try {
    for (let round = 0; round <= rounds; round += 1) {
      tell(`round ${round} of ${rounds}, one of many`);
      for (const side of [few, many]) {
        const p99 = await percentile(side);
        // The first round warms up.
        if (round > 0) side.p99.push(p99);
      }
    }
  } finally {
    for (const { pool, registry, database } of [few, many]) {
      await pool.close();
      await registry.stop();
      await database.drop();
    }
  }
  return {
    job: "one pointer of 1,000,000 on PostgreSQL, 99th percentile",
    limit: "one of 1,000",
    goal: 1.5,
    ratio: median(many.p99.map((time, round) => time / few.p99[round])),
    ms: median(many.p99),
    limitMs: median(few.p99),
  };
}

/** A registry with so many pointers, filled past the API, which would take an hour. */
async function among(server, count) {
  tell(`makes ${count} pointers on PostgreSQL`);
  const database = await aDatabase(server);
  const registry = await registryOn(database.url);
  const id = await upload(registry.url, { name: "bench/p", image: "i" });
  await database.query(
    `INSERT INTO pointsman.pointers (pointer, id, pipeline_id, locked)
     SELECT 'many/model' || (n % 5000) || ':tag' || n, 'pointer_' || n, $2, 0 FROM generate_series(1, $1) AS series (n)`,
    [count, id],
  );
  await database.query("VACUUM ANALYZE");
  return { count, database, registry, pool: new Pool(registry.url, { connections: 4 }), p99: [] };
}

/** Of 4,000 requests for any of the pointers, four at a time, in milliseconds. */
async function percentile({ pool, count }) {
  const times = [];
  const worker = async () => {
    for (let turn = 0; turn < 1000; turn += 1) {
      const n = 1 + Math.floor(Math.random() * count);
      const began = performance.now();
      await send(pool, { method: "GET", path: `/v4/pointers/many/model${n % 5000}:tag${n}` });
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)];
}
