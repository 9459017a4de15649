// What the registry costs beside the least that could do its work, measured in turns in one run:
//   npm run build && node bench/registry.js [ROUNDS]
// Each side is a process of its own on this machine; a ratio travels, requests per second don't.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";

const cli = fileURLToPath(new URL("../dist/cli.cjs", import.meta.url));
const rounds = Number(process.argv[2] ?? 28);
/** Milliseconds of one turn. */
const slice = 250;
const token = "bench-token";
const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
const children = [];
try {
  const registry = await start([cli, "serve", "--port", "0", "--data", folder, "--log-level", "warn"]);
  await resolution(registry);
  await runs(registry);
} finally {
  for (const child of children) child.kill("SIGINT");
  await Promise.all(children.map((child) => once(child, "close")));
  rmSync(folder, { recursive: true, force: true });
}

/** What a pointer stands for, asked with a token, beside a route that gives the same body and knows nothing. */
async function resolution(registry) {
  await upload(registry, { name: "bench/resolved", image: "i" });
  const path = "/v4/pointers/bench/resolved:v1";
  const body = await (await fetch(registry + path, { headers: { authorization: `Bearer ${token}` } })).json();
  const bare = await start([server("bare-route"), JSON.stringify(body)]);
  await compare("resolution", {
    "bare fastify route": { url: bare, method: "GET", path },
    registry: { url: registry, method: "GET", path },
  });
}

/** Runs through the gateway, beside a proxy that passes bytes through and knows nothing. */
async function runs(registry) {
  const container = await start([server("bare-container")]);
  const proxy = await start([server("bare-proxy"), container]);
  await upload(registry, { name: "bench/p", image: "i", extras: { endpoints: [container] } });
  const body = { pipeline: "bench/p:v1", inputs: [{ type: "string", value: "x".repeat(200) }] };
  await compare("runs", {
    "pass-through proxy": { url: proxy, method: "POST", path: "/v4/runs", body },
    gateway: { url: registry, method: "POST", path: "/v4/runs", body },
  });
}

/** Requests per second of each side, in turns; the last one's share of the first's. */
async function compare(name, sides) {
  const found = Object.entries(sides).map(([side, { url, method, path, body }]) => ({
    side,
    pool: new Pool(url, { connections: 32 }),
    call: { method, path, headers: headersFor(body), body: JSON.stringify(body) },
    rates: [],
  }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { pool, call, rates } of found) {
      const rate = await drive(pool, call);
      // The first round warms up.
      if (round > 0) rates.push(rate);
    }
  }
  const shares = found[0].rates.map((rate, round) => found.at(-1).rates[round] / rate);
  for (const { side, rates } of found) console.log(`${name}: ${side} ${Math.round(median(rates))}/s`);
  console.log(
    `${name}: ${(100 * median(shares)).toFixed(0)} % (${shares.map((share) => (100 * share).toFixed(0)).join(" ")})`,
  );
  await Promise.all(found.map(({ pool }) => pool.close()));
}

/** For a while, 32 at a time: many short turns, so that what else the machine does meets both sides alike. */
async function drive(pool, call) {
  const began = performance.now();
  let done = 0;
  const worker = async () => {
    while (performance.now() - began < slice) {
      const answer = await pool.request(call);
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return done / ((performance.now() - began) / 1000);
}

function headersFor(body) {
  const headers = { authorization: `Bearer ${token}` };
  return body === undefined ? headers : { ...headers, "content-type": "application/json" };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function server(name) {
  return fileURLToPath(new URL(`${name}.js`, import.meta.url));
}

/** A server in a process of its own; gives its URL, which it says when it listens. */
async function start(args) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, POINTSMAN_TOKEN: token },
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  let said = "";
  for await (const text of child.stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    said += text;
    const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(said);
}

async function upload(url, pipeline) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const body = JSON.stringify(pipeline);
  const answer = await fetch(`${url}/v4/pipelines`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}
