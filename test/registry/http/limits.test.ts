import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startRegistry } from "../../../src/registry/serve.ts";
import { aConnection } from "../a-connection.ts";
import { aRegistry, token } from "../a-registry.ts";

const authorization = `Bearer ${token}`;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "registry-"));
  registry = await startRegistry({
    host: "127.0.0.1",
    port: 0,
    dataDir: folder,
    token,
    limits: { depth: 20 },
  });
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

async function call(method: string, path: string, body?: string, headers: object = {}) {
  const answer = await fetch(registry.url + path, {
    method,
    headers: {
      authorization,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const said = await answer.text();
  return { status: answer.status, headers: answer.headers, body: said === "" ? undefined : JSON.parse(said) };
}

/** Bytes as they are, and all that comes back until the registry hangs up. */
async function send(url: string, ...parts: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const heard = text(socket);
  for (const part of parts) socket.write(part);
  return heard;
}

const head = (lines: string) => `${lines}\r\nhost: x\r\nauthorization: ${authorization}\r\n`;

async function isUp(): Promise<void> {
  expect((await call("GET", "/healthz")).status).toBe(200);
}

describe("too much is refused, and the registry lives on:", () => {
  test("a body", async () => {
    const readme = "x".repeat(2 ** 20);
    const answer = await call("POST", "/v4/pipelines", JSON.stringify({ name: "u/p", image: "i", readme }));
    expect(answer).toMatchObject({ status: 413, body: { detail: "the body is larger than 1 MiB" } });
    await isUp();
  });

  test("answers that callers have yet to take", async () => {
    const { call, url } = await aRegistry(undefined, { limits: { answers: 2 ** 20 } });
    const upload = async () =>
      call("POST", "/v4/pipelines", { name: "u/p", image: "i", readme: "x".repeat(1_000_000) });
    // More of them than systems keep for a program that does not read.
    await Promise.all(Array.from({ length: 15 }, upload));
    const slow = await aConnection(Number(new URL(url).port));
    slow.write(`${head("GET /v4/pipelines?limit=15 HTTP/1.1")}\r\n`);
    await once(slow, "readable");
    const page = async () => call("GET", "/v4/pipelines?limit=15");
    const refused = await page();
    expect(refused).toMatchObject({
      status: 503,
      body: { detail: "too many large requests are under way" },
    });
    expect(refused.headers.get("retry-after")).toBe("1");
    // What was done is said, and small answers go out.
    expect((await upload()).status).toBe(201);
    expect((await call("GET", "/v4/pipelines?name=u/none")).status).toBe(200);
    slow.destroy();
    await vi.waitFor(async () => expect((await page()).status).toBe(200), { timeout: 30_000 });
  });

  test("a body of no known length", async () => {
    const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
    const heard = await send(
      registry.url,
      head("POST /v4/pipelines HTTP/1.1"),
      "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
      ...Array.from({ length: 20 }, () => chunk),
    );
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    await isUp();
  });

  test.each([
    ["a URL", `/v4/pointers?x=${"x".repeat(8 * 1024)}`, {}, 414],
    ["headers", "/v4/pointers", { "x-more": "x".repeat(16 * 1024) }, 431],
  ])("%s", async (_what, path, headers, status) => {
    const answer = await call("GET", path, undefined, headers);
    expect([answer.status, typeof answer.body.detail]).toEqual([status, "string"]);
    expect(answer.headers.get("x-correlation-id")).toBeTruthy();
    await isUp();
  });

  test.each([
    ["arrays", "[".repeat(200_000), "]".repeat(200_000)],
    ["objects", '{"a":'.repeat(21), `1${"}".repeat(21)}`],
    ["what is no JSON", "[".repeat(200_000), ""],
  ])("depth of %s", async (_what, open, close) => {
    const answer = await call("POST", "/v4/pipelines", `{"name":"u/p","image":"i","x":${open}${close}}`);
    expect(answer).toMatchObject({
      status: 422,
      body: {
        detail: [{ loc: ["body"], msg: "JSON is nested deeper than 20 levels", type: "recursion_loop" }],
      },
    });
    await isUp();
  });

  test.each([
    ["headers", "GET /v4/pointers HTTP/1.1\r\nhost:"],
    [
      "body",
      `${head("POST /v4/pointers HTTP/1.1")}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"pointer":`,
    ],
  ])("time, for the %s", async (_what, begun) => {
    // Not for the others: a busy machine takes as long for what they send.
    const limits = { headersTime: 150, requestTime: 150, checkTime: 25 };
    const { url, call: callIt } = await aRegistry(undefined, { limits });
    expect(await send(url, begun)).toMatch(/^HTTP\/1\.1 408 .*"the request did not arrive in time"\}$/s);
    expect((await callIt("GET", "/healthz")).status).toBe(200);
  });
});

test("brackets in texts are no depth", async () => {
  const readme = '["{\\'.repeat(100);
  const sent = JSON.stringify({ name: "deep/text", image: "i", readme, x: [[["\\"]]] });
  expect(await call("POST", "/v4/pipelines", sent)).toMatchObject({ status: 201, body: { readme } });
});

test.each([
  ["two lengths", "content-length: 5\r\ncontent-length: 6\r\n\r\nhello", 400],
  ["a length and chunks", "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400],
  ["a line folded into a header", "x-a: 1\r\n x-b: 2\r\n\r\n", 400],
  ["a bare newline in a header", "x-a: 1\nx-b: 2\r\n\r\n", 400],
  ["a header without a name", ": 1\r\n\r\n", 400],
  ["a NUL in a header", "x-a: \0\r\n\r\n", 400],
])("%s is no request", async (_what, rest, status) => {
  const heard = await send(
    registry.url,
    `${head("POST /v4/pointers HTTP/1.1")}content-type: application/json\r\n${rest}`,
  );
  expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\\{"detail":"[^"]+"\\}$`, "s"));
  await isUp();
});
