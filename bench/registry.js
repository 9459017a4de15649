// What the registry costs beside the least that could do its work, measured in turns in one run:
//   npm run build && node bench/registry.js [ROUNDS]
// Each side is a process of its own on this machine; a ratio travels, requests per second don't.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { aDatabase, benchPostgres } from "./a-database.js";
import { each } from "./a-registry.js";
import { median } from "./measure.js";
import { tell, tellEnd, tellPart } from "./progress.js";
import { registryOn, send, start, upload } from "./servers.js";

tellPart("registry");
const rounds = Number(process.argv[2] ?? 28);
/** Pointers that are asked for in turn. */
const resolved = 1000;
/** Milliseconds of one turn. */
const slice = 250;
const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
const postgres = benchPostgres();
const database = postgres === null ? null : await aDatabase(postgres.url);
const servers = [];
try {
  const registries = { registry: await started(registryOn(folder)) };
  if (database !== null) registries["registry on PostgreSQL"] = await started(registryOn(database.url));
  await resolution(registries);
  await runs(registries);
} finally {
  await Promise.all(servers.map(({ stop }) => stop()));
  await database?.drop();
  postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** What one of many pointers stands for, asked with a token, beside a route that gives one body and knows nothing. */
async function resolution(registries) {
  const pathOf = (number) => `/v4/pointers/bench/resolved:v${1 + (number % resolved)}`;
  for (const url of Object.values(registries)) {
    await each(Array.from({ length: resolved }), () => upload(url, { name: "bench/resolved", image: "i" }));
  }
  const pool = new Pool(registries.registry);
  const body = await send(pool, { method: "GET", path: pathOf(resolved - 1) });
  await pool.close();
  const bare = await started(start([server("bare-route"), body]));
  await compare("resolution", { "bare fastify route": bare, ...registries }, (number) => ({
    method: "GET",
    path: pathOf(number),
  }));
}

/** Runs through the gateway, beside a proxy that passes bytes through and knows nothing. */
async function runs(registries) {
  const container = await started(start([server("bare-container")]));
  const proxy = await started(start([server("bare-proxy"), container]));
  for (const url of Object.values(registries)) {
    await upload(url, { name: "bench/p", image: "i", extras: { endpoints: [container] } });
  }
  const body = { pipeline: "bench/p:v1", inputs: [{ type: "string", value: "x".repeat(200) }] };
  await compare("runs", { "pass-through proxy": proxy, ...registries }, () => ({
    method: "POST",
    path: "/v4/runs",
    body,
  }));
}

/** Requests per second of each side, in turns; each one's share of the first's. */
async function compare(name, urls, callOf) {
  const sides = Object.entries(urls).map(([side, url]) => ({
    side,
    pool: new Pool(url, { connections: 32 }),
    rates: [],
  }));
  for (let round = 0; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}, ${name}`);
    for (const { pool, rates } of sides) {
      const rate = await drive(pool, callOf);
      // The first round warms up.
      if (round > 0) rates.push(rate);
    }
  }
  tellEnd();
  const [limit] = sides;
  for (const { side, rates } of sides) {
    const share = median(rates.map((rate, round) => rate / limit.rates[round]));
    console.log(`${name}: ${side} ${Math.round(median(rates))}/s, ${(100 * share).toFixed(0)} %`);
  }
  await Promise.all(sides.map(({ pool }) => pool.close()));
}

/** For a while, 32 at a time: many short turns, so that what else the machine does meets both sides alike. */
async function drive(pool, callOf) {
  const began = performance.now();
  let asked = 0;
  let done = 0;
  const worker = async () => {
    while (performance.now() - began < slice) {
      await send(pool, callOf(asked++));
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return done / ((performance.now() - began) / 1000);
}

function server(name) {
  return fileURLToPath(new URL(`${name}.js`, import.meta.url));
}

/** The URL of a server, which is stopped at the end. */
async function started(server) {
  servers.push(await server);
  return servers.at(-1).url;
}
