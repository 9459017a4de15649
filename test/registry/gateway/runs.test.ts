import { describe, expect, test } from "vitest";
import { token } from "../a-registry.ts";
import { aContainer, answers, fails, says } from "./a-container.ts";
import { aGateway, outputOf } from "./a-gateway.ts";

const aRun = {
  id: expect.stringMatching(/^run_[0-9a-f]{32}$/),
  created_at: expect.any(Number),
  updated_at: expect.any(Number),
  pointer: "u/p:live",
  queue_position: null,
  inputs: null,
};

describe("a run by pointer", () => {
  test("goes to the container of the pipeline, and its result is the answer", async () => {
    const container = await aContainer(answers("hello"));
    const { run, ids } = await aGateway([[container.url]]);
    const inputs = [{ type: "string", value: "hi", file_name: null, file_path: null, file_url: null }];
    const { status, body } = await run({ inputs, async_run: false, wait_for_resources: null, run_id: null });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...aRun,
      pipeline_id: ids[0],
      state: "completed",
      outputs: [{ type: "string", value: "hello", file: null }],
      error: null,
    });
    expect(container.got).toMatchObject([
      { call: "POST /v4/runs", body: { run_id: body.id, inputs, async_run: false, callback_url: null } },
    ]);
  });

  test("needs no inputs, and may name a pipeline's id", async () => {
    const container = await aContainer();
    const { call, ids } = await aGateway([[container.url]]);
    const { body } = await call("POST", "/v4/runs", { pipeline: ids[0] });
    expect(body).toMatchObject({ pipeline_id: ids[0], pointer: null, state: "completed" });
    expect(container.got[0]!.body.inputs).toEqual([]);
  });

  test("sends neither token nor cookies nor anything else of the caller on", async () => {
    const container = await aContainer();
    const { call } = await aGateway([[container.url]]);
    await call(
      "POST",
      "/v4/runs",
      { pipeline: "u/p:live", callback_url: "http://evil.example", run_id: "mine", other: 1 },
      { cookie: "session=1", "x-correlation-id": "call-7", "x-custom": "a", forwarded: "for=1.2.3.4" },
    );
    const { headers, body } = container.got[0]!;
    expect(Object.keys(headers).sort()).toEqual([
      "connection",
      "content-length",
      "content-type",
      "host",
      "x-request-id",
    ]);
    expect(headers["x-request-id"]).toBe("call-7");
    expect(body).toEqual({
      run_id: expect.stringMatching(/^run_/),
      inputs: [],
      async_run: false,
      callback_url: null,
    });
  });

  test("loses no digit of a number on either way", async () => {
    const text = '[{"type":"integer","value":12345678901234567890}, {"type":"fp","value":1.10}]';
    const container = await aContainer(says(200, `{"outputs":${text},"error":null}`));
    const { url } = await aGateway([[container.url]]);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = `{"pipeline":"u/p:live","inputs":${text}}`;
    const raw = await (await fetch(`${url}/v4/runs`, { method: "POST", headers, body })).text();
    expect(container.got[0]!.text).toContain(`"inputs":${text}`);
    expect(raw).toContain(`"outputs":${text}`);
    const again = await fetch(`${url}/v4/runs/${JSON.parse(raw).id}`, { headers });
    expect(await again.text()).toBe(raw);
  });

  test("has what its container answers kept from the caller, but for the outputs", async () => {
    const container = await aContainer(
      says(
        200,
        { outputs: [], error: null, id: "mine", pipeline_id: "other", state: "x" },
        { "set-cookie": "a=1", location: "/x" },
      ),
    );
    const { run, ids } = await aGateway([[container.url]]);
    const { body, headers } = await run();
    expect(body).toMatchObject({ id: aRun.id, pipeline_id: ids[0], state: "completed" });
    expect(headers.get("set-cookie")).toBeNull();
    expect(headers.get("location")).toBeNull();
  });

  test("of what is not there is 404", async () => {
    const { call } = await aGateway([[]]);
    for (const pipeline of ["u/p:nothing", "pipeline_none", "u/q:v1"]) {
      expect(await call("POST", "/v4/runs", { pipeline })).toMatchObject({
        status: 404,
        body: { detail: `no pipeline or pointer is named ${pipeline}` },
      });
    }
  });
});

describe("a pipeline that fails", () => {
  test("is a run that failed, by an answer that is none", async () => {
    const container = await aContainer(fails("pipeline_error", "ValueError('no')"));
    const { run, call } = await aGateway([[container.url]]);
    const { status, body } = await run();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: "failed",
      outputs: null,
      error: { type: "pipeline_error", message: "ValueError('no')", traceback: "line 1" },
    });
    expect((await call("GET", `/v4/runs/${body.id}`)).body).toEqual(body);
  });

  test.each([
    ["does not take the inputs", fails("input_error", "Inputs do not match", 400), 400, "input_error"],
    ["breaks its container's own code", fails("unknown", "oops", 500), 502, "unknown"],
    ["could not be started", fails("startup_error", "Pipeline failed to load"), 200, "startup_error"],
    [
      "raises where nothing catches it",
      says(500, { error: "TypeError('x')", traceback: "t" }),
      502,
      "unknown",
    ],
    ["has an error of a kind of its own", fails("exotic", "x"), 200, "unknown"],
  ])("%s", async (_name, behaviour, status, type) => {
    const container = await aContainer(behaviour);
    const { run } = await aGateway([[container.url]]);
    expect(await run()).toMatchObject({ status, body: { state: "failed", error: { type } } });
  });

  test("finds the request invalid: 422, in its words", async () => {
    const detail = [{ loc: ["body", "inputs", 0, "type"], msg: "Field required", type: "missing" }];
    const container = await aContainer(says(422, { detail }));
    const { run } = await aGateway([[container.url]]);
    expect(await run({ inputs: [{ value: 1 }] })).toMatchObject({ status: 422, body: { detail } });
  });
});

describe("a request that cannot be", () => {
  const bodies: [string, unknown, number, RegExp][] = [
    ["is no JSON", "{", 422, /json_invalid/],
    ["is not UTF-8", Buffer.from('{"pipeline":"u/p:live","x":"\xff"}', "latin1"), 422, /not UTF-8/],
    ["is no object", "[]", 422, /dict_type/],
    ["is empty", "", 422, /missing/],
    ["names no pipeline", { inputs: [] }, 422, /"pipeline"\],"msg":"Field required"/],
    ["names an empty one", { pipeline: "" }, 422, /string_too_short/],
    ["has inputs that are no list", { pipeline: "u/p:live", inputs: "x" }, 422, /list_type/],
    ["has inputs that are no objects", { pipeline: "u/p:live", inputs: ["x"] }, 422, /dict_type/],
    [
      "is nested without reason",
      `{"pipeline":"u/p:live","inputs":[{"a":${"[".repeat(9999)}${"]".repeat(9999)}}]}`,
      422,
      /nested/,
    ],
    [
      "has more arrays and objects than memory is kept for",
      `{"pipeline":"u/p:live","inputs":[${"{},".repeat(2_000_000)}{}]}`,
      422,
      /has more than 2000000 arrays and objects/,
    ],
    [
      "is too large",
      { pipeline: "u/p:live", inputs: [{ type: "string", value: "x".repeat(5000) }] },
      413,
      /larger than/,
    ],
  ];
  test.each(bodies)("%s: nothing is forwarded", async (_name, body, status, said) => {
    const container = await aContainer();
    const { call, run } = await aGateway([[container.url]], { request: status === 413 ? 4096 : 2 ** 23 });
    for (const path of ["/v4/runs", "/v4/runs/stream"]) {
      const answer = await call("POST", path, body);
      expect(answer.status).toBe(status);
      expect(JSON.stringify(answer.body)).toMatch(said);
    }
    expect(container.got).toEqual([]);
    expect(outputOf(await run())).toBe("hello");
  });
});

test("of many inputs that are none the first is told, with what else is wrong", async () => {
  const { call } = await aGateway([]);
  const { status, body } = await call("POST", "/v4/runs", { inputs: [{}, ...Array(1000).fill(1)] });
  expect([status, body.detail]).toEqual([
    422,
    [
      { loc: ["body", "pipeline"], msg: "Field required", type: "missing" },
      { loc: ["body", "inputs", 1], msg: "Input should be a valid dictionary", type: "dict_type" },
    ],
  ]);
});

test("inputs may be larger than other bodies", async () => {
  const container = await aContainer();
  const { run } = await aGateway([[container.url]]);
  const value = "x".repeat(3 * 2 ** 20);
  expect((await run({ inputs: [{ type: "string", value }] })).status).toBe(200);
  expect(container.got[0]!.body.inputs[0].value).toBe(value);
});

test("more runs than the registry takes at a time are told to come back", async () => {
  const container = await aContainer(() => undefined);
  const { run } = await aGateway([[container.url]], { runs: 1, answer: 500 });
  const first = run();
  await container.gets(1);
  const second = await run();
  expect(second).toMatchObject({ status: 503, body: { detail: "too many runs are under way" } });
  expect(second.headers.get("retry-after")).toBe("1");
  await first;
});
