import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import { expect, test, vi } from "vitest";
import { openLog } from "../../../src/registry/http/open-log.ts";
import { parseUpstreamRule } from "../../../src/registry/gateway/upstream-rule.ts";
import { aConnection, runOf } from "../a-connection.ts";
import { aLog } from "../a-log.ts";
import { aFolder, aRegistry, token } from "../a-registry.ts";
import { aContainer, streamed } from "./a-container.ts";

async function logged() {
  const text: string[] = [];
  const dataDir = await aFolder();
  const log = openLog("info", { write: (line) => text.push(line) });
  const registry = await aRegistry(dataDir, { log });
  const container = await aContainer();
  const extras = { endpoints: [container.url] };
  await registry.call("POST", "/v4/pipelines", { name: "u/p", image: "i", extras });
  const run = (id: string) =>
    registry.call("POST", "/v4/runs", { pipeline: "u/p:v1" }, { "x-correlation-id": id });
  return { ...registry, container, run, dataDir, lines: () => text.map((line) => JSON.parse(line)) };
}

test("a run's line says which run it began, and other lines say none", async () => {
  const { run, lines, close } = await logged();
  const { body } = await run("first");
  await close();
  expect(lines().map(({ correlation_id, run: id }) => [correlation_id, id])).toEqual([
    [expect.any(String), undefined],
    ["first", body.id],
  ]);
});

test("a run whose record is lost is named, with the id of its request", async () => {
  const { run, lines, close, dataDir } = await logged();
  const database = new Database(join(dataDir, "registry.db"));
  database.exec("DROP TABLE runs");
  database.close();
  const { body } = await run("first");
  await close();
  expect(lines().filter(({ level }) => level === "error")).toMatchObject([
    { msg: "run went wrong", correlation_id: "first", run: body.id },
  ]);
});

test("a streamed run's line comes at its end, and says how long all of it took", async () => {
  const { lines, url, container, close } = await logged();
  let end!: () => void;
  container.run = (response) => {
    response.writeHead(200).write(streamed("a"));
    end = () => void response.end();
  };
  const answer = await fetch(`${url}/v4/runs/stream`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ pipeline: "u/p:v1" }),
  });
  const reader = answer.body!.getReader();
  await reader.read();
  expect(lines().map(({ path }) => path)).not.toContain("/v4/runs/stream");
  await sleep(100);
  end();
  while (!(await reader.read()).done);
  await close();
  const line = lines().find(({ path }) => path === "/v4/runs/stream");
  expect(line).toMatchObject({ status: 200, msg: "request answered" });
  expect(line.ms).toBeGreaterThan(90);
});

test("a caller that leaves is counted and has its line, once: in a run, in a stream and in its own body", async () => {
  const { lines, url, container, close } = await logged();
  const send = (path: string, id: string, signal: AbortSignal) =>
    fetch(url + path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "x-correlation-id": id,
      },
      body: JSON.stringify({ pipeline: "u/p:v1" }),
      signal,
    });
  const leaves = async (id: string) =>
    vi.waitFor(() => expect(lines().map(({ correlation_id }) => correlation_id)).toContain(id));

  const run = new AbortController();
  container.run = () => run.abort(); // never answers
  await expect(send("/v4/runs", "run", run.signal)).rejects.toThrow("aborted");
  await leaves("run");

  const stream = new AbortController();
  container.run = (response) => response.writeHead(200).write(streamed("a"));
  const answer = await send("/v4/runs/stream", "stream", stream.signal);
  await answer.body!.getReader().read();
  stream.abort();
  await leaves("stream");

  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(
    `POST /v4/pointers HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nx-correlation-id: body\r\n` +
      'content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n{"pointer":',
  );
  await once(socket, "data"); // 100 Continue: the request is under way
  socket.resetAndDestroy();
  await leaves("body");

  const counts = await (
    await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  ).text();
  for (const route of ["/v4/runs", "/v4/runs/stream", "/v4/pointers"]) {
    expect(counts).toContain(`duration_seconds_count{method="POST",route="${route}",status="499"} 1`);
  }
  await close();
  const left = lines().slice(1);
  expect(left.map((line) => [line.correlation_id, line.status, line.msg])).toEqual([
    ["run", 499, "connection closed before the answer"],
    ["stream", 499, "connection closed before the answer"],
    ["body", 499, "connection closed before the answer"],
  ]);
  expect(left.map((line) => line.run)).toEqual([expect.any(String), expect.any(String), undefined]);
});

test("a run to where the operator lets none go is logged with where that is", async () => {
  const { close, dataDir, container } = await logged();
  await close();
  const { log, lines } = aLog();
  const registry = await aRegistry(dataDir, {
    log,
    gateway: { rules: [parseUpstreamRule("models.internal")!] },
  });
  await registry.call("POST", "/v4/runs", { pipeline: "u/p:v1" });
  await registry.close();
  const cause = `--allow-upstream names none of ${container.url}`;
  expect(lines().filter(({ level }) => level === "warn")).toMatchObject([{ msg: "run failed", cause }]);
});

test("a request that is refused has its line too where its caller leaves before its answer can go out", async () => {
  const { lines, url, container, close } = await logged();
  const socket = await aConnection(Number(new URL(url).port));
  container.run = () => void socket.resetAndDestroy(); // never answers
  const refused = "GET /v4/pointers HTTP/1.1\r\nhost: x\r\nx-correlation-id: refused\r\n\r\n";
  socket.write(runOf("u/p:v1", { id: "run" }) + refused);
  await vi.waitFor(() => expect(lines()).toHaveLength(3));
  await close();
  const left = lines().slice(1);
  expect(left).toHaveLength(2);
  expect(Object.fromEntries(left.map(({ correlation_id, status }) => [correlation_id, status]))).toEqual({
    refused: 499,
    run: 499,
  });
});

test("a run that its container fails is logged with the reason, which the caller gets without the address", async () => {
  const { run, lines, close, container } = await logged();
  await container.stop();
  const { status, body } = await run("first");
  await close();
  expect(status).toBe(502);
  expect(lines().filter(({ level }) => level === "warn")).toEqual([
    {
      level: "warn",
      time: expect.any(String),
      correlation_id: "first",
      run: body.detail.run_id,
      pointer: "u/p:v1",
      pipeline_id: expect.stringMatching(/^pipeline_/),
      endpoint: container.url,
      reason: body.detail.message,
      cause: `connect ECONNREFUSED ${new URL(container.url).host}`,
      msg: "run failed",
    },
  ]);
});
