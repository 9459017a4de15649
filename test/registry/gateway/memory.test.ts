import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { aConnection, runOf } from "../a-connection.ts";
import { aRegistry } from "../a-registry.ts";
import { aContainer, answers, streamed } from "./a-container.ts";
import { aGateway } from "./a-gateway.ts";

const mebibyte = 2 ** 20;
const large = "x".repeat(12 * mebibyte);
/** More of them than systems keep for a program that does not read its connection. */
const many = 4;

const said = streamed(large);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** One after another, on a connection that ends with them. */
function last(request: string): string {
  return request.replace("host", "connection: close\r\nhost");
}

describe("containers' large answers are in memory one after another", () => {
  test.each([
    ["of a known length", "/v4/runs", { "content-length": String(said.length) }, said],
    ["of no known length", "/v4/runs", {}, said],
    ["that come in lines", "/v4/runs/stream", {}, said.repeat(2)],
  ])("%s", async (_what, path, headers, answer) => {
    const container = await aContainer((response) => response.writeHead(200, headers).end(answer));
    const { url } = await aGateway([[container.url]], { held: mebibyte });
    const ask = async (request: string) => {
      const socket = await aConnection(Number(new URL(url).port));
      socket.write(request);
      return socket;
    };
    const began = performance.now();
    expect(await text(await ask(last(runOf("u/p:v1", { path }))))).toMatch(/^HTTP\/1\.1 200 /);
    const alone = performance.now() - began;
    const stuck = await ask(runOf("u/p:v1", { path }).repeat(many));
    await sleep(alone * many);
    const other = await ask(last(runOf("u/p:v1", { path })));
    let heard = 0;
    other.on("data", ({ length }: Buffer) => (heard += length));
    await sleep(alone * 3);
    expect(heard).toBe(0);
    // Small ones do not wait.
    container.run = answers("small");
    expect(await text(await ask(last(runOf("u/p:v1"))))).toMatch(/^HTTP\/1\.1 200 .*"small"/s);
    stuck.destroy();
    await vi.waitFor(() => expect(heard).toBeGreaterThan(answer.length), { timeout: 30_000 });
  });

  test.each(["/v4/runs", "/v4/runs/stream"])(
    "of %s, until their time to be taken is over, however slowly somebody takes them",
    async (path) => {
      const container = await aContainer((response) =>
        response.writeHead(200).end(said.repeat(path.endsWith("s") ? 1 : 4)),
      );
      const { url } = await aGateway([[container.url]], { take: 300 });
      const socket = await aConnection(Number(new URL(url).port));
      socket.write(runOf("u/p:v1", { path }).repeat(many));
      socket.on("error", () => undefined);
      const reading = setInterval(() => socket.read(mebibyte / 4), 30);
      onTestFinished(() => clearInterval(reading));
      await vi.waitFor(() => expect(socket.closed).toBe(true), { timeout: 10_000 });
    },
  );

  test("and leave room for others where a stream begins with what is no result", async () => {
    const container = await aContainer((response) => void response.write(`${large}\n${large}`));
    const { call, run } = await aGateway([[container.url]], { held: mebibyte });
    const streamed = await call("POST", "/v4/runs/stream", { pipeline: "u/p:v1" });
    expect(streamed).toMatchObject({
      status: 502,
      body: { detail: { message: "the container's answer is no run's result" } },
    });
    await vi.waitFor(() => expect(container.busy).toBe(0));
    container.run = answers(large);
    expect((await run()).body.state).toBe("completed");
  });

  test("and nothing is left of those whose callers leave while they wait", async () => {
    const container = await aContainer((response) =>
      response.writeHead(200, { "content-length": large.length }).flushHeaders(),
    );
    const { url } = await aGateway([[container.url]], { held: mebibyte });
    const port = Number(new URL(url).port);
    (await aConnection(port)).write(runOf("u/p:v1"));
    await container.gets(1);
    container.run = (response) => void response.write("x".repeat(mebibyte));
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 1; count < 100; count += 11) {
      const others = await Promise.all(Array.from({ length: 11 }, () => aConnection(port)));
      for (const other of others) other.write(runOf("u/p:v1"));
      await container.gets(count + others.length);
      await sleep(20);
      for (const other of others) other.destroy();
    }
    await vi.waitFor(() => expect(container.busy).toBe(1));
    await vi.waitFor(() => {
      collectGarbage();
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * mebibyte);
    });
  });

  test("of runs that are read again, which keeps nobody from small ones", async () => {
    const container = await aContainer(answers(large));
    const { url, call, run } = await aGateway([[container.url]], { held: mebibyte });
    const { body } = await run({ async_run: true });
    const path = `/v4/runs/${body.id}`;
    const isDone = async () => expect((await call("GET", path)).body.state).toBe("completed");
    await vi.waitFor(isDone, { timeout: 10_000 });
    container.run = answers("small");
    const small = `/v4/runs/${(await run()).body.id}`;
    const stuck = await aConnection(Number(new URL(url).port));
    const request = runOf("u/p:v1")
      .replace("POST /v4/runs", `GET ${path}`)
      .replace(/content-[\s\S]*/, "\r\n");
    stuck.write(request.repeat(many));
    let isHeard = false;
    await sleep(300);
    const other = call("GET", path).finally(() => (isHeard = true));
    await sleep(300);
    expect((await call("GET", small)).body.outputs).toMatchObject([{ value: "small" }]);
    expect((await call("GET", "/v4/runs/run_none")).status).toBe(404);
    expect(isHeard).toBe(false);
    stuck.destroy();
    expect(await other).toMatchObject({ status: 200, body: { outputs: [{ value: large }] } });
  });
});

describe("a container that hangs up while nobody reads its answer", () => {
  const head = { connection: "close" };

  test.each<[string, (response: ServerResponse) => unknown]>([
    ["with nothing unread", (response) => response.socket?.end()],
    ["and breaks the connection", (response) => response.socket?.resetAndDestroy()],
  ])("because there is no room, %s: 502", async (_how, hangUp) => {
    const responses: ServerResponse[] = [];
    const container = await aContainer((response) => {
      responses.push(response.writeHead(200, { ...head, "content-length": 2 * mebibyte }));
      response.flushHeaders();
    });
    const { run } = await aGateway([[container.url]], { held: mebibyte });
    const runs = [run()];
    await container.gets(1);
    await sleep(50);
    runs.push(run());
    await container.gets(2);
    await sleep(50);
    hangUp(responses[1]!);
    await sleep(50);
    responses[0]!.destroy();
    expect((await Promise.all(runs)).map(({ status }) => status)).toEqual([502, 502]);
    container.run = answers("small");
    expect((await run()).status).toBe(200);
  });

  test("because its caller takes nothing: all of it arrives", async () => {
    /** Each is read alone; eight of them are all that is read ahead. */
    const part = streamed("x".repeat(8192 - streamed("").length));
    const container = await aContainer(async (response) => {
      response.removeHeader("transfer-encoding");
      response.writeHead(200, head).write(said);
      await sleep(500);
      for (let count = 0; count < 8; count += 1) {
        response.write(part);
        await sleep(10);
      }
      response.end();
    });
    const { url } = await aGateway([[container.url]]);
    const socket = await aConnection(Number(new URL(url).port));
    socket.write(last(runOf("u/p:v1", { path: "/v4/runs/stream" })));
    await container.gets(1);
    await vi.waitFor(() => expect(container.busy).toBe(0), { timeout: 10_000 });
    await sleep(50);
    const lines = (await text(socket)).split("\n").filter((line) => line.startsWith('{"id"'));
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toContain('"error":null');
  });
});

describe("large requests for which there is no room", () => {
  /** Of which one fits at a time. */
  const input = { inputs: [{ type: "string", value: "x".repeat(600_000) }] };

  async function aFullRegistry(gateway = {}) {
    const responses: ServerResponse[] = [];
    const container = await aContainer((response) => void responses.push(response));
    const registry = await aRegistry(undefined, { limits: { bodies: mebibyte }, gateway });
    const { call } = registry;
    await call("POST", "/v4/pipelines", { name: "u/p", image: "i", extras: { endpoints: [container.url] } });
    const run = (more: object) => call("POST", "/v4/runs", { pipeline: "u/p:v1", ...more });
    const end = () => answers("done")(responses.pop()!, container.got[0]!);
    return { ...registry, container, run, end };
  }

  test("are refused until there is, of whatever call, and small ones go on", async () => {
    const { call, container, run, end } = await aFullRegistry();
    const first = run(input);
    await container.gets(1);
    for (const refused of [
      await run(input),
      await call("POST", "/v4/pipelines", { name: "u/p", image: "i", readme: "x".repeat(600_000) }),
    ]) {
      expect(refused).toMatchObject({
        status: 503,
        body: { detail: "too many large requests are under way" },
      });
      expect(refused.headers.get("retry-after")).toBe("1");
    }
    const small = run({});
    await container.gets(2);
    end();
    end();
    expect([(await first).status, (await small).status]).toEqual([200, 200]);
    const next = run(input);
    await container.gets(3);
    end();
    expect((await next).status).toBe(200);
  });

  test("are refused too where their length is not known, and take what they have once it is", async () => {
    const { url, container, run, end } = await aFullRegistry();
    const chunked = async (value: string) => {
      const said = JSON.stringify({ pipeline: "u/p:v1", inputs: [{ type: "string", value }] });
      const socket = await aConnection(Number(new URL(url).port));
      const head = runOf("u/p:v1").replace(
        /content-length[\s\S]*/,
        "connection: close\r\ntransfer-encoding: chunked\r\n\r\n",
      );
      socket.write(`${head}${said.length.toString(16)}\r\n${said}\r\n0\r\n\r\n`);
      return socket;
    };
    const first = await chunked("x".repeat(300_000));
    await container.gets(1);
    const second = run(input);
    await container.gets(2);
    expect(await text(await chunked("x".repeat(300_000)))).toMatch(
      /^HTTP\/1\.1 503 .*too many large requests/s,
    );
    const small = await chunked("x");
    await container.gets(3);
    end();
    end();
    end();
    expect((await second).status).toBe(200);
    for (const socket of [first, small]) expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("are counted no more where their connection is closed for what comes behind them", async () => {
    const { url, container, run, end } = await aFullRegistry();
    const body = JSON.stringify({ pipeline: "u/none:v1", ...input });
    const head = runOf("u/p:v1").replace(/content-length[\s\S]*/, `content-length: ${body.length}\r\n\r\n`);
    const socket = await aConnection(Number(new URL(url).port));
    socket.resume().end(`${head}${body}no request`);
    await once(socket, "close");
    void container.gets(1).then(end);
    expect((await run(input)).status).toBe(200);
  });

  test("are counted no more once they have not come in time, though their caller stays", async () => {
    const limits = { bodies: mebibyte, requestTime: 100, headersTime: 100, checkTime: 20, takeTime: 200 };
    const container = await aContainer();
    const { call, url } = await aRegistry(undefined, { limits });
    await call("POST", "/v4/pipelines", { name: "u/p", image: "i", extras: { endpoints: [container.url] } });
    const stays = connect({ port: Number(new URL(url).port), host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void stays.destroy());
    stays.write(runOf("u/p:v1").replace(/content-length[\s\S]*/, "content-length: 1000000\r\n\r\n{"));
    let heard = "";
    stays.on("data", (part: Buffer) => (heard += part.toString()));
    await vi.waitFor(() => expect(heard).toMatch(/^HTTP\/1\.1 408 /));
    await vi.waitFor(async () =>
      expect(await call("POST", "/v4/runs", { pipeline: "u/p:v1", ...input })).toMatchObject({ status: 200 }),
    );
  });

  test("stay counted after their answer where nobody waits for the run", async () => {
    const { container, run, end } = await aFullRegistry({ limits: { held: mebibyte } });
    const background = { ...input, async_run: true };
    expect((await run(background)).status).toBe(202);
    await container.gets(1);
    expect(await run(background)).toMatchObject({
      status: 503,
      body: { detail: "too many large runs are under way" },
    });
    expect((await run({ async_run: true })).status).toBe(202);
    await container.gets(2);
    end();
    end();
    await vi.waitFor(async () => expect((await run(background)).status).toBe(202));
    await container.gets(3);
    end();
  });
});
