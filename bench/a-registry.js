import { Pool } from "undici";
import { registryOn, send, token } from "./servers.js";

/**
 * Runs a registry of this machine, its data in `folder`, for commands to reach.
 * @param {string} folder
 */
export async function aRegistry(folder) {
  const { url, stop } = await registryOn(folder);
  const pool = new Pool(url, { connections: 16 });
  return {
    url,
    /** What a command takes to reach it. */
    env: { POINTSMAN_URL: url, POINTSMAN_TOKEN: token },
    /** Sends a request, and gives what is answered. */
    send: async (method, path, body) => JSON.parse(await send(pool, { method, path, body })),
    async stop() {
      await pool.close();
      await stop();
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
