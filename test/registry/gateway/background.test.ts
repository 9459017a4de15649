import type { ServerResponse } from "node:http";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import { aFolder } from "../a-registry.ts";
import { aContainer, answers, fails } from "./a-container.ts";
import { aGateway } from "./a-gateway.ts";

/** A run that nobody waits for, in a container that answers when the test says so. */
async function inBackground(
  limits: Parameters<typeof aGateway>[1] = {},
  more: Parameters<typeof aGateway>[2] = {},
) {
  let response!: ServerResponse;
  const container = await aContainer((given) => void (response = given));
  const gateway = await aGateway([[container.url]], limits, more);
  const begun = await gateway.run({ async_run: true, inputs: [{ type: "integer", value: 1 }] });
  const got = await container.gets(1);
  const look = async () => (await gateway.call("GET", `/v4/runs/${begun.body.id}`)).body;
  const ended = async () => {
    for (;;) {
      const body = await look();
      if (body.state !== "running") return body;
    }
  };
  return { ...gateway, container, begun, got, response, look, ended };
}

describe("a run that nobody waits for", () => {
  test("is answered before it is done, and then to be had by its id", async () => {
    const { begun, got, response, look, ended, ids } = await inBackground();
    expect(begun).toMatchObject({
      status: 202,
      body: { pipeline_id: ids[0], pointer: "u/p:live", state: "running", outputs: null, error: null },
    });
    // Its container is not asked to call back: the gateway waits.
    expect(got.body).toEqual({
      run_id: begun.body.id,
      inputs: [{ type: "integer", value: 1 }],
      async_run: false,
      callback_url: null,
    });
    expect(await look()).toEqual(begun.body);
    answers("done")(response, got);
    const end = await ended();
    expect(end).toMatchObject({
      state: "completed",
      outputs: [{ type: "string", value: "done", file: null }],
    });
    expect(end.created_at).toBe(begun.body.created_at);
    expect(end.updated_at).toBeGreaterThanOrEqual(end.created_at);
  });

  test("may fail as any other", async () => {
    const { got, response, ended } = await inBackground();
    fails("pipeline_error", "x")(response, got);
    expect(await ended()).toMatchObject({ state: "failed", error: { type: "pipeline_error" } });
  });

  test("fails where nobody could read its outputs later", async () => {
    const { got, response, ended } = await inBackground({ keptOfBackground: 100 });
    answers("x".repeat(100))(response, got);
    expect(await ended()).toMatchObject({
      state: "failed",
      error: { message: "the outputs are larger than the 100 bytes that are kept of them" },
    });
  });

  test("has a time of its own", async () => {
    const { ended } = await inBackground({ background: 100, answer: 5 });
    expect(await ended()).toMatchObject({ state: "failed", error: { type: "timeout" } });
  });

  test("has at least the time of one that is waited for", async () => {
    const { got, response, ended } = await inBackground({ background: 50, answer: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    answers("done")(response, got);
    expect((await ended()).state).toBe("completed");
  });

  test("is finished before the registry stops", async () => {
    const dataDir = await aFolder();
    const { begun, got, response, close } = await inBackground({}, { dataDir });
    const closed = close();
    answers("done")(response, got);
    await closed;
    const { call } = await aGateway([], {}, { dataDir });
    expect((await call("GET", `/v4/runs/${begun.body.id}`)).body.state).toBe("completed");
  });

  test("has failed where the registry could not wait for it", async () => {
    const dataDir = await aFolder();
    const { begun, close, container } = await inBackground({}, { dataDir, patience: 50 });
    await close();
    expect(container.busy).toBe(0);
    const { call } = await aGateway([], {}, { dataDir });
    expect((await call("GET", `/v4/runs/${begun.body.id}`)).body).toMatchObject({
      state: "failed",
      error: { type: "unknown", message: "the registry is stopping" },
    });
  });
});

test("large outputs are their caller's, and not kept for another look", async () => {
  const container = await aContainer(answers("x".repeat(100)));
  const { run, call } = await aGateway([[container.url]], { kept: 100 });
  const { body } = await run();
  expect(body.outputs[0].value).toHaveLength(100);
  expect((await call("GET", `/v4/runs/${body.id}`)).body).toEqual({ ...body, outputs: null });
});

test("of a very long error its caller has all, and its ends are kept for another look", async () => {
  const long = "x".repeat(2 ** 17);
  const error = { type: "pipeline_error", message: `no: ${long}`, traceback: `${long}ValueError: no` };
  const container = await aContainer(
    (response) => void response.end(JSON.stringify({ outputs: null, error })),
  );
  const { run, call } = await aGateway([[container.url]]);
  const { body } = await run();
  expect(body.error).toEqual(error);
  const kept = (await call("GET", `/v4/runs/${body.id}`)).body.error;
  expect(kept.message).toMatch(/^no: x+$/);
  expect(kept.traceback).toMatch(/^x+ValueError: no$/);
  expect([kept.message.length, kept.traceback.length]).toEqual([2 ** 16, 2 ** 16]);
});

test.each(["run_none", "run_%00", "..", "%2e%2e%2f"])("no run has the id %s: 404", async (id) => {
  const { call } = await aGateway([]);
  expect((await call("GET", `/v4/runs/${id}`)).status).toBe(404);
});

test("no run is promised whose record is lost, of however many that begin at the same time", async () => {
  const dataDir = await aFolder();
  const { run, call } = await aGateway([["http://127.0.0.1:1"]], {}, { dataDir });
  const database = new Database(join(dataDir, "registry.db"));
  database.exec("DROP TABLE runs");
  database.close();
  const answers = await Promise.all([1, 2, 3, 4].map(() => run({ async_run: true })));
  expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(
    answers.map(() => [503, "the run could not be recorded"]),
  );
  expect((await call("GET", "/healthz")).status).toBe(200);
});
