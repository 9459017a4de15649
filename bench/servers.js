import { spawn } from "node:child_process";
import { once } from "node:events";
import { Pool } from "undici";
import { cli } from "./measure.js";

export const token = "bench-token";

/** A registry on a folder or a database's URL, in a process of its own. */
export function registryOn(location) {
  const where = location.startsWith("postgres") ? "--database" : "--data";
  return start([cli, "serve", "--port", "0", where, location, "--log-level", "warn"]);
}

/** A server in a process of its own, once it says where it listens. */
export async function start(args) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, POINTSMAN_TOKEN: token },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  let said = "";
  for await (const text of child.stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    said += text;
    const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
    if (url === undefined) continue;
    child.stderr.resume();
    const stop = async () => {
      child.kill("SIGINT");
      await ended;
    };
    return { url, stop };
  }
  throw new Error(said);
}

/** Uploads a pipeline, and gives its id. */
export async function upload(url, pipeline) {
  const pool = new Pool(url);
  const { id } = JSON.parse(await send(pool, { method: "POST", path: "/v4/pipelines", body: pipeline }));
  await pool.close();
  return id;
}

export async function send(pool, { method, path, body }) {
  const answer = await pool.request({ method, path, headers: headersFor(body), body: JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return text;
}

function headersFor(body) {
  const headers = { authorization: `Bearer ${token}` };
  return body === undefined ? headers : { ...headers, "content-type": "application/json" };
}
