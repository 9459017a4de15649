import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type ServeOptions, startRegistry } from "../../src/registry/serve.ts";

export const token = "correct-horse";

/** A folder that goes away with the test. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What an answer says. `body` is its JSON, undefined if it has none. */
export interface Answer {
  status: number;
  body: ReturnType<typeof JSON.parse>;
  headers: Headers;
}

export type Call = (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;

/** A registry on a port of its own, and how to call it. It ends with the test. */
export async function aRegistry(
  dataDir?: string,
  options?: Partial<ServeOptions>,
): Promise<{ call: Call; url: string; close: () => Promise<void> }> {
  const registry = await startRegistry({
    host: "127.0.0.1",
    port: 0,
    dataDir: dataDir ?? (await aFolder()),
    token,
    ...options,
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= registry.close());
  onTestFinished(close);
  return { call: caller(registry.url), url: registry.url, close };
}

function caller(url: string): Call {
  return async (method, path, body, headers) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isSent(body) ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text === "" ? undefined : JSON.parse(text),
      headers: answer.headers,
    };
  };
}

/** Uploads versions of a pipeline; gives their ids, v1's first. */
export async function upload(call: Call, name: string, versions = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let version = 1; version <= versions; version++) {
    const { body } = await call("POST", "/v4/pipelines", { name, image: `${name}:${version}` });
    ids.push(body.id);
  }
  return ids;
}

/** Text and bytes are sent as they are. */
function isSent(body: unknown): body is string | Buffer {
  return typeof body === "string" || Buffer.isBuffer(body);
}
