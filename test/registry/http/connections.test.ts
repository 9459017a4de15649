import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import type { Limits } from "../../../src/registry/http/limits.ts";
import { aConnection, runOf } from "../a-connection.ts";
import { aLog } from "../a-log.ts";
import { aRegistry, upload } from "../a-registry.ts";
import { aContainer, answers, streamed } from "../gateway/a-container.ts";

/** Milliseconds that a caller may take nothing of its answer. */
const takeTime = 300;
const patience = { timeout: 30_000 };

async function aBoundRegistry(limits: Partial<Limits>, endpoint?: string) {
  const { log, lines } = aLog();
  const registry = await aRegistry(undefined, { log, limits });
  const extras = endpoint === undefined ? {} : { extras: { endpoints: [endpoint] } };
  await registry.call("POST", "/v4/pipelines", { name: "u/p", image: "i", ...extras });
  return { ...registry, lines, port: Number(new URL(registry.url).port) };
}

test("a caller that takes nothing of its answers is cut off, and one that takes them slowly is not", async () => {
  // Long enough for a busy machine to make large answers meanwhile.
  const takeTime = 1000;
  // Four of them on one connection are more than systems keep for a program that does not read.
  const large = 15 * 2 ** 20;
  const container = await aContainer(answers("x".repeat(large)));
  const { port, lines } = await aBoundRegistry({ takeTime }, container.url);
  const [stuck, slow] = [await aConnection(port), await aConnection(port)];
  const statusesOf = (id: string) =>
    lines()
      .filter(({ correlation_id }) => correlation_id === id)
      .map(({ status }) => status);
  stuck.write(runOf("u/p:v1", { id: "stuck" }).repeat(4));
  slow.write(runOf("u/p:v1", { id: "slow" }).repeat(4));
  let [size, paused] = [0, 0];
  for await (const { length } of slow as AsyncIterable<Buffer>) {
    size += length;
    if (size > 4 * large) break;
    if (size < paused + large) continue;
    paused = size;
    await sleep(takeTime / 3);
  }
  await vi.waitFor(() => {
    expect(statusesOf("stuck")).toHaveLength(4);
    expect(statusesOf("slow")).toEqual([200, 200, 200, 200]);
  }, patience);
  expect(statusesOf("stuck")).toContain(499);
  // What the system had taken for it is still there to be read: no more than that was answered.
  let taken = 0;
  for await (const { length } of stuck as AsyncIterable<Buffer>) taken += length;
  expect(statusesOf("stuck").filter((status) => status === 200).length * large).toBeLessThanOrEqual(taken);
});

test("a stream whose caller takes nothing of it ends, in the container too", async () => {
  const line = streamed("x".repeat(2 ** 20));
  const container = await aContainer((response) => {
    response.writeHead(200);
    for (let count = 0; count < 40; count += 1) response.write(line);
  });
  const { port } = await aBoundRegistry({ takeTime }, container.url);
  (await aConnection(port)).write(runOf("u/p:v1", { path: "/v4/runs/stream" }));
  await container.gets(1);
  await vi.waitFor(() => expect(container.busy).toBe(0), patience);
});

test("who waits for a run or for the next part of a stream is not cut off", async () => {
  const container = await aContainer(async (response, { call }) => {
    response.writeHead(200);
    if (call.endsWith("stream")) response.write(streamed("first"));
    await sleep(takeTime * 2);
    response.end(streamed("last"));
  });
  const { port } = await aBoundRegistry({ takeTime }, container.url);
  const heard = await Promise.all(
    ["/v4/runs", "/v4/runs/stream"].map(async (path) => {
      const socket = await aConnection(port);
      let said = "";
      socket.setEncoding("utf8").on("data", (part: string) => (said += part));
      socket.write(runOf("u/p:v1", { path }));
      await vi.waitFor(() => expect(said).toContain("last"), patience);
      return said;
    }),
  );
  expect(heard.map((said) => said.slice(0, 15))).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]);
});

test("a connection that is kept after its answer is closed once it has been idle for its time", async () => {
  const { port } = await aBoundRegistry({ idleTime: 200 });
  const socket = await aConnection(port);
  socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test("more connections than the registry takes are closed at once, which it says", async () => {
  const { port, lines, call } = await aBoundRegistry({ connections: 3 });
  const kept = [await aConnection(port), await aConnection(port)];
  // The third is that of the upload.
  for (let count = 0; count < 2; count += 1) expect(await text(await aConnection(port))).toBe("");
  expect(lines().filter(({ level }) => level === "warn")).toMatchObject([
    { msg: "3 connections are open: further ones are closed at once" },
  ]);
  for (const socket of kept) socket.destroy();
  await vi.waitFor(async () => expect(await upload(call, "u/q")).toHaveLength(1));
});
