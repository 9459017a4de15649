import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { aLog } from "../a-log.ts";
import { aFolder, aRegistry, token, upload } from "../a-registry.ts";

describe("the log", () => {
  test("has a line for every answer, with its correlation id, also for those that are refused", async () => {
    const { log, lines } = aLog();
    const { call, url, close } = await aRegistry(undefined, { log });
    const id = (name: string) => ({ "x-correlation-id": name });
    await call("GET", "/v4/pointers?limit=5", undefined, id("one"));
    await call("GET", "/v4/nothing", undefined, id("two"));
    await fetch(`${url}/v4/pointers`, { headers: id("three") });
    await call("POST", "/v4/pointers", "{", id("four"));
    await close();
    expect(
      lines().map((line) => [line.correlation_id, line.level, line.method, line.path, line.status]),
    ).toEqual([
      ["one", "info", "GET", "/v4/pointers", 200],
      ["two", "info", "GET", "/v4/nothing", 404],
      ["three", "info", "GET", "/v4/pointers", 401],
      ["four", "info", "POST", "/v4/pointers", 422],
    ]);
    for (const line of lines()) {
      expect(line).toMatchObject({ msg: "request answered", ms: expect.any(Number), ip: "127.0.0.1" });
      expect(Date.parse(line.time)).not.toBeNaN();
    }
  });

  test("has one also for what is no request, with the id of its answer", async () => {
    const { log, lines } = aLog();
    const { call, url, close } = await aRegistry(undefined, { log });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const heard = text(socket);
    socket.end("nonsense\r\n\r\n");
    const ids = [/x-correlation-id: (\S+)/.exec(await heard)?.[1]];
    const answers = [
      await call("GET", "/v4/%zz"),
      await call("GET", "/v4/pointers", undefined, { "x-more": "x".repeat(16 * 1024) }),
    ];
    ids.push(...answers.map(({ headers }) => headers.get("x-correlation-id") ?? ""));
    const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect(await metrics.text()).toContain('count{method="(none)",route="(none)",status="400"} 2');
    await close();
    expect(
      lines()
        .slice(0, 3)
        .map((line) => [line.correlation_id, line.status, line.ip]),
    ).toEqual([400, 400, 431].map((status, at) => [ids[at], status, "127.0.0.1"]));
  });

  test("has one also for a request that names no host, which is refused as others are", async () => {
    const { log, lines } = aLog();
    const { url, close } = await aRegistry(undefined, { log });
    const ask = async (version: string) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.end(`GET /healthz HTTP/${version}\r\nx-correlation-id: one\r\nconnection: close\r\n\r\n`);
      return text(socket);
    };
    const refused = await ask("1.1");
    expect(refused).toMatch(/^HTTP\/1.1 400 .*\r\nx-correlation-id: one\r\n/);
    expect(refused).toContain('{"detail":"the request names no host: send a host header"}');
    expect(await ask("1.0")).toMatch(/^HTTP\/1.1 200 /);
    await close();
    expect(lines().map((line) => [line.correlation_id, line.status])).toEqual([["one", 400]]);
  });

  test("never holds a token, a query or what was sent", async () => {
    const written = aLog();
    const { call, close } = await aRegistry(undefined, { log: written.log });
    await call("POST", "/v4/pipelines", { name: "u/p", image: "i", extras: { secret: "in-the-body" } });
    await call("GET", "/v4/pointers?token=in-the-query");
    await call("GET", "/v4/pointers", undefined, { authorization: "Bearer another-token" });
    await call("POST", "/v4/pointers", '{"broken": "in-the-body"');
    await close();
    expect(written.lines()).toHaveLength(4);
    expect(written.text.join("")).not.toMatch(new RegExp(`${token}|in-the-|another-token`));
  });

  test("leaves out probes that went well, unless somebody debugs", async () => {
    const pathsAt = async (level: "info" | "debug") => {
      const { log, lines } = aLog(level);
      const { call, close, url } = await aRegistry(undefined, { log });
      await call("GET", "/healthz");
      await call("GET", "/readyz");
      await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
      await call("GET", "/metrics", undefined, { authorization: "Bearer another-token" });
      await close();
      return lines().map(({ path, status }) => `${path} ${status}`);
    };
    expect(await pathsAt("info")).toEqual(["/metrics 401"]);
    expect(await pathsAt("debug")).toEqual(["/healthz 200", "/readyz 200", "/metrics 200", "/metrics 401"]);
  });

  test("names the caller's address behind a proxy that is trusted, and only then", async () => {
    const ipWith = async (trustProxy?: readonly string[]) => {
      const { log, lines } = aLog();
      const options = { log, ...(trustProxy === undefined ? {} : { trustProxy }) };
      const { call, close } = await aRegistry(undefined, options);
      await call("GET", "/v4/pointers", undefined, { "x-forwarded-for": "203.0.113.9" });
      await close();
      return lines()[0].ip;
    };
    expect(await ipWith(["127.0.0.0/8"])).toBe("203.0.113.9");
    expect(await ipWith(["192.0.2.1"])).toBe("127.0.0.1");
    expect(await ipWith()).toBe("127.0.0.1");
  });
});

test("metrics count requests by route, and pointers that changed", async () => {
  const { call, url } = await aRegistry();
  const [v1, v2] = await upload(call, "u/p", 2);
  const pointer = "u/p:latest";
  await call("POST", "/v4/pointers", { pointer, pointer_or_pipeline_id: v1 });
  await call("PATCH", "/v4/pointers/u/p:latest", { pointer_or_pipeline_id: v2 });
  await call("PATCH", "/v4/pointers/u/p:latest", { pointer_or_pipeline_id: v2, locked: true });
  // It is like that already.
  await call("PATCH", "/v4/pointers/u/p:latest", { pointer_or_pipeline_id: v2, locked: true });
  await call("PATCH", "/v4/pointers/u/p:latest", { locked: false });
  await call("PATCH", "/v4/pointers/u/p:none", { locked: true });
  await call("DELETE", "/v4/pointers/u/p:latest");
  await call("GET", "/v4/nothing/at/all");
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      'pointsman_http_request_duration_seconds_count{method="PATCH",route="/v4/pointers/*",status="200"} 4',
      'pointsman_http_request_duration_seconds_count{method="PATCH",route="/v4/pointers/*",status="404"} 1',
      'pointsman_http_request_duration_seconds_count{method="GET",route="(none)",status="404"} 1',
      'pointsman_pointer_changes_total{action="create"} 1',
      'pointsman_pointer_changes_total{action="update"} 3',
      'pointsman_pointer_changes_total{action="delete"} 1',
    ]),
  );
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
});

test("a registry that stops says that it is not ready, and finishes what is under way", async () => {
  const registry = await aRegistry();
  const ready = await fetch(`${registry.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: "ready" }]);
  // As some balancers ask.
  for (const path of ["/healthz", "/readyz", "/docs", "/openapi.json"]) {
    expect((await fetch(registry.url + path, { method: "HEAD" })).status).toBe(200);
  }

  const socket = connect(Number(new URL(registry.url).port), "127.0.0.1");
  const heard = text(socket);
  const body = '{"name":"u/p","image":"i"}';
  socket.write(
    `POST /v4/pipelines HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nexpect: 100-continue\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  await once(socket, "readable"); // 100 Continue: the request is under way
  const closing = registry.close();
  socket.write(`${body}GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n`);
  await closing;
  expect(await heard).toMatch(
    / 201 Created.*"name":"u\/p".*HTTP\/1\.1 503 .*connection: close.*"not ready"/is,
  );
  await expect(fetch(`${registry.url}/healthz`)).rejects.toThrow("fetch failed");
});

test("a registry whose data were removed is not ready and confirms no write, and the log says why", async () => {
  const folder = await aFolder();
  const { log, lines } = aLog();
  const { url, call, close } = await aRegistry(folder, { log });
  await call("POST", "/v4/pipelines", { name: "u/p", image: "i" });
  await rm(join(folder, "registry.db"));
  const { status } = await fetch(`${url}/readyz`);
  const written = await call("POST", "/v4/pointers", {
    pointer: "u/p:latest",
    pointer_or_pipeline_id: "u/p:v1",
  });
  await close();
  expect([status, written.status]).toEqual([503, 503]);
  expect(lines()[1]).toMatchObject({
    level: "error",
    msg: "the database cannot be used",
    err: { message: `${join(folder, "registry.db")} was removed or replaced while it was in use` },
  });
});

test(
  "connections that were opened in advance do not keep a registry from stopping, unless they speak at last",
  { timeout: 15_000 },
  async () => {
    const registry = await aRegistry();
    const port = Number(new URL(registry.url).port);
    const [early, late] = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
    const heard = [text(early), text(late)];
    await Promise.all([once(early, "connect"), once(late, "connect")]);
    await registry.call("GET", "/healthz"); // whose connection comes after: both are accepted
    const closing = registry.close();
    await sleep(100);
    late.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    await closing;
    // Newer versions of Node close those at once that have not spoken.
    const answer = /^HTTP\/1\.1 200 .*connection: close/is;
    const isOld = Number.parseInt(process.versions.node, 10) < 24;
    expect(await Promise.all(heard)).toEqual([
      "",
      isOld
        ? expect.stringMatching(answer)
        : expect.toSatisfy((said: string) => said === "" || answer.test(said)),
    ]);
  },
);

test("requests that do not end in time are cut off", async () => {
  const registry = await aRegistry(undefined, { patience: 50 });
  const socket = connect(Number(new URL(registry.url).port), "127.0.0.1");
  const heard = text(socket);
  socket.write(
    `POST /v4/pipelines HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nexpect: 100-continue\r\n` +
      "content-type: application/json\r\ncontent-length: 10\r\n\r\n",
  );
  await once(socket, "readable");
  await registry.close();
  expect(await heard).not.toContain("201");
});
