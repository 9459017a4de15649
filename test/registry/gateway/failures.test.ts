import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Behaviour, aContainer, answers, fails, says } from "./a-container.ts";
import { aGateway, outputOf } from "./a-gateway.ts";

/** What a caller gets in place of a result, and what is kept of the run. */
async function failed(behaviour: Behaviour, limits: Parameters<typeof aGateway>[1] = {}) {
  const container = await aContainer(behaviour);
  const { run, call } = await aGateway([[container.url]], limits);
  const { status, body, headers } = await run();
  const kept = (await call("GET", `/v4/runs/${body.detail.run_id ?? body.id}`)).body;
  expect(container.got).toHaveLength(1);
  return { status, body, headers, message: body.detail.message, kept };
}

describe("a container that is loading", () => {
  test.each([
    ["says so in its own way", fails("pipeline_loading", "Pipeline is still loading"), "5"],
    ["is behind a proxy that says so", says(503, "<html>", { "retry-after": "12" }), "12"],
    [
      "is behind one that names a date",
      says(503, "", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }),
      "5",
    ],
  ])(
    "%s: 503, when to try again, and what the official client looks for",
    async (_name, behaviour, seconds) => {
      const { status, headers, body, kept } = await failed(behaviour);
      expect([status, headers.get("retry-after")]).toEqual([503, seconds]);
      const { detail, ...run } = body;
      expect(detail).toBe("the pipeline is still loading");
      expect(run).toMatchObject({
        state: "no_resources_available",
        outputs: null,
        error: { type: "pipeline_loading", message: "the pipeline is still loading", traceback: null },
      });
      expect(kept).toEqual(run);
    },
  );

  test("is waited for where the caller says so", async () => {
    const container = await aContainer(answers("ready"));
    container.state = 503;
    const { run } = await aGateway([[container.url]]);
    const answer = run({ wait_for_resources: true });
    while (container.asked < 2) await new Promise(setImmediate);
    expect(container.got).toHaveLength(0);
    container.state = 200;
    expect(outputOf(await answer)).toBe("ready");
  });

  test.each([
    ["loads", 503, 503, "the pipeline is still loading"],
    ["failed", 500, 502, "the pipeline's containers could not load it"],
  ])("is not waited for where it %s for too long", async (_name, state, status, said) => {
    const container = await aContainer();
    container.state = state;
    const { run } = await aGateway([[container.url]], { load: 150 });
    const answer = await run({ wait_for_resources: true });
    expect(answer.status).toBe(status);
    expect(answer.body.detail.message ?? answer.body.detail).toBe(said);
    expect(container.got).toHaveLength(0);
  });
});

test("a container that is gone: 502", async () => {
  const container = await aContainer();
  const { run, call } = await aGateway([[container.url]]);
  await container.stop();
  const { status, body } = await run();
  expect(status).toBe(502);
  expect(body.detail).toEqual({
    message: "the pipeline's container cannot be reached",
    run_id: expect.stringMatching(/^run_/),
  });
  const kept = (await call("GET", `/v4/runs/${body.detail.run_id}`)).body;
  expect(kept).toMatchObject({ state: "failed", error: { type: "unknown", message: body.detail.message } });
  await container.start();
  expect(outputOf(await run())).toBe("hello");
});

test("a pipeline without endpoints: 503, and what to do", async () => {
  const { run } = await aGateway([[]]);
  const { status, body } = await run();
  expect(status).toBe(503);
  expect(body.detail.message).toBe("the pipeline has no endpoints: an administrator sets extras.endpoints");
});

describe("a container that is slow: 504", () => {
  test("to answer", async () => {
    const { status, message, kept } = await failed(() => undefined, { answer: 100 });
    expect([status, message]).toEqual([504, "the run took longer than 0.1 s"]);
    expect(kept).toMatchObject({ state: "failed", error: { type: "timeout" } });
  });

  test("between two parts of its answer", async () => {
    const { status, message } = await failed(
      (response) => void response.writeHead(200, { "content-length": 1000 }).write('{"outputs":['),
      { idle: 100 },
    );
    expect([status, message]).toEqual([504, "the container's answer stopped arriving"]);
  });
});

describe("a container that breaks the connection: 502, and the run is not sent again", () => {
  test.each<[string, Behaviour]>([
    ["before its answer", (response) => void response.destroy()],
    [
      "in its answer",
      (response) => void response.writeHead(200).write('{"outputs":[', () => response.destroy()),
    ],
  ])("%s", async (_name, behaviour) => {
    const { status, message, kept } = await failed(behaviour);
    expect([status, message]).toEqual([502, "the connection to the container broke before the run was done"]);
    expect(kept).toMatchObject({ state: "failed", error: { type: "unknown", message } });
  });
});

describe("an answer that is no run's result: 502", () => {
  const none = "the container's answer is no run's result";
  test.each([
    ["a page", says(200, "<html>hello</html>"), none],
    ["nothing", says(200, ""), none],
    ["a list", says(200, "[]"), none],
    ["half of one", says(200, '{"outputs":['), none],
    ["one without outputs", says(200, { error: null }), none],
    ["one with other outputs", says(200, { outputs: "x" }), none],
    ["one with outputs that are no objects", says(200, { outputs: [1] }), none],
    ["one with an output without a type", says(200, { outputs: [{ value: 1 }] }), none],
    [
      "one that is not UTF-8",
      (response: ServerResponse) =>
        response.end(Buffer.from('{"outputs":[{"type":"string","value":"\xe9"}]}', "latin1")),
      "the container's answer is not UTF-8",
    ],
    [
      "an asynchronous one",
      says(202, { outputs: null }),
      "the container answers 202, which is no run's result",
    ],
    ["404", says(404, { detail: "Not Found" }), "the container answers 404, which is no run's result"],
    ["500", says(500, "Internal Server Error"), "the container answers 500, which is no run's result"],
    ["204", says(204, ""), "the container answers 204, which is no run's result"],
    [
      "one without end",
      says(200, { outputs: [], x: "x".repeat(9999) }),
      "the container's answer is larger than 5000 bytes",
    ],
  ])("%s", async (_name, behaviour, said) => {
    const { status, message, kept } = await failed(behaviour, { response: 5000 });
    expect([status, message]).toEqual([502, said]);
    expect(kept.state).toBe("failed");
  });

  test.each([
    ["outputs", 200, { outputs: [{ type: "list", value: "DEEP", file: null }] }],
    ["a refusal's detail", 422, { detail: "DEEP" }],
  ])("%s nested deeper than a request may be", async (_what, status, body) => {
    const nested = (levels: number) =>
      says(status, JSON.stringify(body).replace('"DEEP"', "[".repeat(levels) + "]".repeat(levels)));
    const container = await aContainer(nested(50_000));
    const { run } = await aGateway([[container.url]]);
    const answer = await run();
    const message = "the container's answer is nested deeper than 200 levels";
    expect([answer.status, answer.body.detail.message]).toEqual([502, message]);
    container.run = nested(190);
    expect((await run()).status).toBe(status);
  });

  test("more arrays and objects than memory is kept for", async () => {
    const many = `{"outputs":[${"{},".repeat(2_000_000)}{}]}`;
    const { status, message } = await failed((response) => void response.end(many));
    const said = "the container's answer has more than 2000000 arrays and objects";
    expect([status, message]).toEqual([502, said]);
  });

  test("what is no HTTP", async () => {
    const server = createServer((socket) => socket.end("220 smtp.example ESMTP\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { run } = await aGateway([[`http://127.0.0.1:${(server.address() as { port: number }).port}`]]);
    const { status, body } = await run();
    expect([status, body.detail.message]).toEqual([502, "the container's answer is not HTTP"]);
  });

  test("headers without end", async () => {
    const { status } = await failed(says(200, "", { "x-long": "x".repeat(40_000) }));
    expect(status).toBe(502);
  });
});
