import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { token } from "../a-registry.ts";
import { type Behaviour, aContainer, fails, says, streamed } from "./a-container.ts";
import { aGateway } from "./a-gateway.ts";

/** A streamed run whose container's response the test holds in its hands. */
async function aStream(limits: Parameters<typeof aGateway>[1] = {}) {
  const container = await aContainer();
  let response!: ServerResponse;
  container.run = (given) => void (response = given.writeHead(200));
  const gateway = await aGateway([[container.url]], limits);
  const leave = new AbortController();
  const answer = fetch(`${gateway.url}/v4/runs/stream`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ pipeline: "u/p:live", inputs: [{ type: "string", value: "hi" }] }),
    signal: leave.signal,
  });
  const got = await container.gets(1);
  const lines = async () => linesOf((await answer).body!);
  return { ...gateway, container, response, answer, lines, leave, got };
}

async function* linesOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ReturnType<typeof JSON.parse>, void> {
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split("\n");
    text = parts.pop()!;
    for (const part of parts) yield JSON.parse(part);
  }
  expect(text).toBe("");
}

async function all(lines: AsyncIterable<unknown>): Promise<ReturnType<typeof JSON.parse>[]> {
  const found = [];
  for await (const line of lines) found.push(line);
  return found;
}

describe("a streamed run", () => {
  test("passes each line on as it comes, as a line of the run", async () => {
    const { response, lines, got, ids, call } = await aStream();
    expect(got).toMatchObject({
      call: "POST /v4/runs/stream",
      body: { inputs: [{ type: "string", value: "hi" }] },
    });
    response.write(streamed("a"));
    const arriving = await lines();
    const run = {
      id: got.body.run_id,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      pipeline_id: ids[0],
      pointer: "u/p:live",
      state: "running",
      queue_position: null,
      inputs: null,
      error: null,
    };
    const line = (value: string) => ({ ...run, outputs: [{ type: "string", value, file: null }] });
    expect((await arriving.next()).value).toEqual(line("a"));
    expect((await call("GET", `/v4/runs/${got.body.run_id}`)).body.state).toBe("running");
    // Two lines at once, a letter cut in two, and a last line without its end.
    const text = Buffer.from(streamed("b") + streamed("ü") + streamed("d").trimEnd());
    response.write(text.subarray(0, text.indexOf("ü") + 1));
    expect((await arriving.next()).value).toEqual(line("b"));
    response.end(text.subarray(text.indexOf("ü") + 1));
    expect(await all(arriving)).toEqual([line("ü"), line("d")]);
    expect((await call("GET", `/v4/runs/${got.body.run_id}`)).body).toMatchObject({
      state: "completed",
      outputs: null,
    });
  });

  test("is newline-delimited JSON that no proxy shall collect", async () => {
    const { response, answer } = await aStream();
    response.end(streamed("a"));
    const { status, headers } = await answer;
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect(headers.get("x-accel-buffering")).toBe("no");
  });

  test("is not read faster than its caller takes it", async () => {
    const { response, answer, lines } = await aStream();
    const big = streamed("x".repeat(100_000));
    let [written, isFull] = [0, false];
    response.on("drain", () => (isFull = false));
    const write = () => {
      while (!isFull && written < 600) {
        isFull = !response.write(big);
        written += 1;
      }
    };
    write();
    await answer;
    // As long as the socket takes something within a few turns of the loop, it is not full.
    for (let quiet = 0; quiet < 2000; quiet += 1) {
      const before = written;
      if (!isFull) write();
      if (written > before) quiet = 0;
      await new Promise(setImmediate);
    }
    expect(written).toBeLessThan(500);
    response.on("drain", write);
    let count = 0;
    for await (const line of await lines()) {
      expect(line.outputs[0].value).toHaveLength(100_000);
      if (++count === 600) response.end();
    }
    expect(count).toBe(600);
  });

  test("ends in its container when its caller leaves", async () => {
    const { response, lines, leave, got, call, container } = await aStream();
    response.write(streamed("a"));
    await (await lines()).next();
    leave.abort();
    await once(response, "close");
    expect(container.busy).toBe(0);
    expect(await ended(call, got.body.run_id)).toMatchObject({
      state: "failed",
      error: { type: "unknown", message: "the caller left before the run was done" },
    });
  });
});

async function ended(call: Awaited<ReturnType<typeof aGateway>>["call"], id: string) {
  for (;;) {
    const { body } = await call("GET", `/v4/runs/${id}`);
    if (body.state !== "running") return body;
  }
}

describe("a stream that breaks ends with a line that says so", () => {
  test.each<[string, (response: ServerResponse) => unknown, string, string]>([
    [
      "is cut",
      (response) => response.destroy(),
      "unknown",
      "the connection to the container broke before the run was done",
    ],
    [
      "is garbled",
      (response) => response.end("<html>\n"),
      "unknown",
      "the container's answer is no run's result",
    ],
    [
      "is nested too deep",
      (response) =>
        response.end(`{"outputs":[{"type":"array","value":${"[".repeat(1000)}${"]".repeat(1000)}}]}\n`),
      "unknown",
      "the container's answer is nested deeper than 200 levels",
    ],
    [
      "is not UTF-8",
      (response) => response.end(Buffer.from('{"outputs":[{"type":"string","value":"\xe9"}]}\n', "latin1")),
      "unknown",
      "the container's answer is not UTF-8",
    ],
    ["stops", () => undefined, "timeout", "the container's answer stopped arriving"],
    ["raises", (response) => response.end(failing), "pipeline_error", "KeyError('x')"],
    [
      "has a line without end",
      (response) => response.write("x".repeat(20_000)),
      "unknown",
      "a line of the container's answer is longer than 10000 bytes",
    ],
  ])("where it %s", async (_name, then, type, message) => {
    const { response, lines, got, call, container } = await aStream({ idle: 200, response: 10_000 });
    response.write(streamed("a"));
    const arriving = await lines();
    await arriving.next();
    then(response);
    expect(await all(arriving)).toMatchObject([{ state: "failed", outputs: null, error: { type, message } }]);
    expect((await call("GET", `/v4/runs/${got.body.run_id}`)).body).toMatchObject({
      state: "failed",
      error: { type },
    });
    expect(container.got).toHaveLength(1);
  });

  const failing = `${JSON.stringify({ outputs: null, error: { type: "pipeline_error", message: "KeyError('x')", traceback: "t" } })}\n`;
});

describe("what is no stream is answered as it is for a plain run", () => {
  test.each<[string, Behaviour, number, object]>([
    ["a container that is loading", fails("pipeline_loading", "x"), 503, { state: "no_resources_available" }],
    [
      "a run that fails",
      fails("pipeline_error", "x"),
      200,
      { state: "failed", error: { type: "pipeline_error" } },
    ],
    [
      "inputs that do not fit",
      fails("input_error", "x", 400),
      400,
      { state: "failed", error: { type: "input_error" } },
    ],
    ["a request that is invalid", says(422, { detail: [] }), 422, { detail: [] }],
    [
      "an exception",
      says(500, { error: "TypeError('No streaming outputs found')", traceback: "t" }),
      502,
      { state: "failed" },
    ],
    [
      "nothing at all",
      says(200, ""),
      502,
      { detail: { message: "the container's answer is no run's result" } },
    ],
    ["an answer that is no stream", says(404, {}), 502, { detail: { run_id: expect.any(String) } }],
  ])("%s", async (_name, behaviour, status, body) => {
    const container = await aContainer(behaviour);
    const { call } = await aGateway([[container.url]]);
    expect(await call("POST", "/v4/runs/stream", { pipeline: "u/p:live" })).toMatchObject({ status, body });
  });
});
