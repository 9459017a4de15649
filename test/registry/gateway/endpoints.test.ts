import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { token } from "../a-registry.ts";
import { type Behaviour, type Container, aContainer, answers, fails, says } from "./a-container.ts";
import { aGateway, outputOf } from "./a-gateway.ts";

async function containers(...names: string[]): Promise<Container[]> {
  return Promise.all(names.map((name) => aContainer(answers(name))));
}

function counts(several: readonly Container[]): number[] {
  return several.map(({ got }) => got.length);
}

/** How many were sent to containers from which nothing came. */
async function runsWithoutAnswer(registry: string): Promise<number> {
  const metrics = await fetch(`${registry}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const [, count] =
    /^pointsman_upstream_.*_count{call="run",status="0"} (\d+)$/m.exec(await metrics.text()) ?? [];
  return Number(count ?? 0);
}

describe("several endpoints", () => {
  test("take turns while none is busier", async () => {
    const several = await containers("a", "b", "c");
    const { run } = await aGateway([several.map(({ url }) => url)]);
    for (let runs = 0; runs < 9; runs += 1) await run();
    expect(counts(several)).toEqual([3, 3, 3]);
  });

  test("get the next run where the fewest are under way", async () => {
    const several = await containers("a", "b");
    const [slow, fast] = several as [Container, Container];
    let held!: ServerResponse;
    slow.run = (response) => void (held = response);
    const { run } = await aGateway([several.map(({ url }) => url)]);
    const first = run();
    await slow.gets(1);
    for (let runs = 0; runs < 4; runs += 1) expect(outputOf(await run())).toBe("b");
    expect(counts([slow, fast])).toEqual([1, 4]);
    answers("a")(held, slow.got[0]!);
    expect(outputOf(await first)).toBe("a");
  });

  test("that go down are left out at once, and come back", async () => {
    const several = await containers("a", "b");
    const [a, b] = several as [Container, Container];
    const { run, url } = await aGateway([several.map(({ url }) => url)]);
    for (let runs = 0; runs < 4; runs += 1) await run();
    await a.stop();
    for (let runs = 0; runs < 6; runs += 1) expect(outputOf(await run())).toBe("b");
    expect(await runsWithoutAnswer(url)).toBeLessThanOrEqual(1);
    await a.start();
    await b.stop();
    // The run that b never got goes to a, which is found to be back.
    for (let runs = 0; runs < 4; runs += 1) expect(outputOf(await run())).toBe("a");
  });

  test.each<[string, Behaviour]>([
    ["breaks its connection", (response) => void response.destroy()],
    ["is answered with nonsense", says(200, "<html>")],
  ])("are not closed to others by a run that %s", async (_what, behaviour) => {
    const several = await containers("a", "b");
    for (const container of several) {
      const usual = answers("hello");
      container.run = (response, got) => (got.body.inputs?.length === 1 ? behaviour : usual)(response, got);
    }
    const { run } = await aGateway([several.map(({ url }) => url)]);
    for (let round = 0; round < 5; round += 1) {
      expect((await run({ inputs: [{ type: "string", value: "break" }] })).status).toBe(502);
      expect((await run({ inputs: [{ type: "string", value: "break" }] })).status).toBe(502);
      expect((await run()).status).toBe(200);
    }
  });

  test("that are loading are left out", async () => {
    const several = await containers("a", "b");
    const [a, b] = several as [Container, Container];
    a.state = 503;
    a.run = fails("pipeline_loading", "x");
    const { run } = await aGateway([several.map(({ url }) => url)]);
    for (let runs = 0; runs < 5; runs += 1) expect(outputOf(await run())).toBe("b");
    expect(counts([a, b])).toEqual([0, 5]);
  });

  test.each([
    [[503, 503], 503, "the pipeline is still loading"],
    [[503, 500], 503, "the pipeline is still loading"],
    [[500, 500], 502, "the pipeline's containers could not load it"],
    [[404, 500], 502, "the pipeline's containers could not load it"],
  ])("that say %j get nothing: %i", async (states, status, said) => {
    const several = await containers("a", "b");
    for (const [at, state] of states.entries()) several[at]!.state = state;
    const { run } = await aGateway([several.map(({ url }) => url)]);
    const answer = await run();
    expect([answer.status, answer.body.detail.message ?? answer.body.detail]).toEqual([status, said]);
    expect(counts(several)).toEqual([0, 0]);
  });

  test("that are all gone: 502", async () => {
    const several = await containers("a", "b");
    const { run } = await aGateway([several.map(({ url }) => url)]);
    for (const container of several) await container.stop();
    const { status, body } = await run();
    expect([status, body.detail.message]).toEqual([502, "none of the pipeline's containers can be reached"]);
  });

  test("are asked for their state while runs come, and a single one never is", async () => {
    const [a, b, only] = (await containers("a", "b", "only")) as [Container, Container, Container];
    const { run, call, ids } = await aGateway([[a.url, b.url], [only.url]]);
    expect([a.asked, b.asked]).toEqual([0, 0]);
    for (let runs = 0; runs < 20; runs += 1) await run();
    expect([a.asked, b.asked]).toEqual([1, 1]);
    await call("POST", "/v4/runs", { pipeline: ids[1] });
    expect(only.asked).toBe(0);
  });
});

test("an endpoint may stand behind a prefix", async () => {
  const container = await aContainer();
  const { run } = await aGateway([[`${container.url}/models/neo/`]]);
  await run();
  expect(container.got[0]!.call).toBe("POST /models/neo/v4/runs");
});

test("an endpoint that an administrator changes gets the next run", async () => {
  const [a, b] = (await containers("a", "b")) as [Container, Container];
  const { run, call, ids } = await aGateway([[a.url]]);
  expect(outputOf(await run())).toBe("a");
  await call("PATCH", `/v4/pipelines/${ids[0]}`, { extras: { endpoints: [b.url] } });
  expect(outputOf(await run())).toBe("b");
});

test("connections are kept", async () => {
  const container = await aContainer();
  const ports = new Set<unknown>();
  container.run = (response, got) => {
    ports.add(response.req.socket.remotePort);
    return answers("x")(response, got);
  };
  const { run } = await aGateway([[container.url]]);
  for (let runs = 0; runs < 10; runs += 1) await run();
  expect(ports.size).toBe(1);
});

describe("of more endpoints than are remembered", () => {
  test("those that were used last are, however many there have been", async () => {
    const several = await containers("a", "b", "c");
    const ports = several.map((container, at) => {
      const own = new Set<unknown>();
      container.run = (response, got) => {
        own.add(response.req.socket.remotePort);
        return answers(String(at))(response, got);
      };
      return own;
    });
    const { call, ids } = await aGateway(
      several.map(({ url }) => [url]),
      { endpoints: 2 },
    );
    for (const at of [0, 1, 0, 2, 0, 1])
      expect(outputOf(await call("POST", "/v4/runs", { pipeline: ids[at] }))).toBe(String(at));
    expect(ports.map(({ size }) => size)).toEqual([1, 2, 1]);
  });

  test("one on which a run is under way still is", async () => {
    const [a, b, c] = (await containers("a", "b", "c")) as [Container, Container, Container];
    let held!: ServerResponse;
    a.run = (response) => void (held = response);
    const { run, call, ids } = await aGateway([[a.url], [b.url], [a.url, c.url]], { endpoints: 1 });
    const long = run();
    const got = await a.gets(1);
    a.run = answers("a");
    const others = [await call("POST", "/v4/runs", { pipeline: ids[1] })];
    others.push(await call("POST", "/v4/runs", { pipeline: ids[2] }));
    expect(others.map(outputOf)).toEqual(["b", "c"]);
    answers("a")(held, got);
    expect(outputOf(await long)).toBe("a");
  });
});

test("a caller that leaves ends its run in the container, and nobody else's", async () => {
  const container = await aContainer(() => undefined);
  const { run, call, url } = await aGateway([[container.url]]);
  const leave = new AbortController();
  const left = fetch(`${url}/v4/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ pipeline: "u/p:live" }),
    signal: leave.signal,
  });
  let response!: ServerResponse;
  const { run_id } = (await container.gets(1)).body;
  container.run = (given) => void (response = given);
  const stays = run();
  await container.gets(2);
  leave.abort();
  await expect(left).rejects.toThrow("abort");
  while (container.busy > 1) await new Promise(setImmediate);
  answers("done")(response, container.got[1]!);
  expect(outputOf(await stays)).toBe("done");
  expect((await call("GET", `/v4/runs/${run_id}`)).body).toMatchObject({
    state: "failed",
    error: { message: "the caller left before the run was done" },
  });
});
