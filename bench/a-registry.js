import { spawn } from "node:child_process";
import { once } from "node:events";
import { Pool } from "undici";
import { cli } from "./measure.js";

export const token = "bench";
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

/**
 * Runs a registry of this machine, its data in `folder`.
 * @param {string} folder
 */
export async function aRegistry(folder) {
  const args = [cli, "serve", "--port", "0", "--data", folder, "--log-level", "warn"];
  const registry = spawn(process.execPath, args, {
    env: { ...process.env, POINTSMAN_TOKEN: token },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const address = /http:\/\/[\w.:[\]]+\d/;
  let said = "";
  while (!address.test(said)) said += String((await once(registry.stderr, "data"))[0]);
  registry.stderr.resume();
  const url = address.exec(said)?.[0] ?? "";
  const pool = new Pool(url, { connections: 16 });
  return {
    url,
    /** What a command takes to reach it. */
    env: { POINTSMAN_URL: url, POINTSMAN_TOKEN: token },
    /** Sends a request, and gives what is answered. */
    async send(method, path, body) {
      const answer = await pool.request({ method, path, headers, body: JSON.stringify(body) });
      const given = await answer.body.json();
      if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(given)}`);
      return given;
    },
    async stop() {
      await pool.close();
      registry.kill("SIGINT");
      await once(registry, "close");
    },
  };
}

/** Does the work for each item, 16 at a time, as `sync` writes. */
export async function each(items, work) {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
