import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { describe, expect, test } from "vitest";
import { parseUpstreamRule } from "../../../src/registry/gateway/upstream-rule.ts";
import { aFolder } from "../a-registry.ts";
import { aContainer, says } from "./a-container.ts";
import { aGateway, outputOf } from "./a-gateway.ts";

const rules = (...texts: string[]) => texts.map((text) => parseUpstreamRule(text)!);

describe("endpoints on hosts that are not allowed", () => {
  test("are refused when a pipeline is uploaded, and when it is changed", async () => {
    const { call, ids } = await aGateway([["http://localhost:14300"]]);
    const extras = {
      endpoints: ["http://127.0.0.1:1", "http://169.254.169.254/", "http://models.internal:14300"],
    };
    const upload = await call("POST", "/v4/pipelines", { name: "u/p", image: "i", extras });
    const patch = await call("PATCH", `/v4/pipelines/${ids[0]}`, { extras });
    for (const { status, body } of [upload, patch]) {
      expect(status).toBe(422);
      expect(body.detail).toEqual([
        {
          loc: ["body", "extras", "endpoints", 1],
          msg: "169.254.169.254 is not among the hosts that pipelines may run on (--allow-upstream)",
          type: "value_error",
        },
        {
          loc: ["body", "extras", "endpoints", 2],
          msg: "models.internal:14300 is not among the hosts that pipelines may run on (--allow-upstream)",
          type: "value_error",
        },
      ]);
    }
    expect((await call("GET", "/v4/pipelines")).body.total).toBe(1);
    expect((await call("GET", `/v4/pipelines/${ids[0]}`)).body.extras.endpoints).toEqual([
      "http://localhost:14300",
    ]);
  });

  test.each([
    ["a text", "http://localhost", "Input should be a valid list"],
    [
      "too many",
      Array.from({ length: 65 }, (_, at) => `http://localhost:${at + 1}`),
      "List should have at most 64 items",
    ],
  ])("so is %s in their place", async (_name, endpoints, msg) => {
    const { call } = await aGateway([]);
    const { status, body } = await call("POST", "/v4/pipelines", {
      name: "u/p",
      image: "i",
      extras: { endpoints },
    });
    expect([status, body.detail[0].msg]).toEqual([422, msg]);
  });

  test("get nothing when the operator allows less than before", async () => {
    const container = await aContainer();
    const dataDir = await aFolder();
    const before = await aGateway([[container.url]], {}, { dataDir });
    expect(outputOf(await before.run())).toBe("hello");
    await before.close();
    const after = await aGateway([], {}, { dataDir, rules: rules("models.internal") });
    const { status, body } = await after.run();
    expect([status, body.detail.message]).toEqual([
      502,
      "the pipeline's endpoints are none that this registry may send runs to",
    ]);
    expect(container.got).toHaveLength(1);
  });
});

describe("a name", () => {
  /** A registry whose pipeline is on a host whose name stands for these addresses, one list after another. */
  async function named(host: string, answers: readonly (readonly string[])[], allowed = [host]) {
    const container = await aContainer();
    let looked = 0;
    const lookup: LookupFunction = (_hostname, _options, callback) => {
      const found = answers[Math.min(looked++, answers.length - 1)]!;
      callback(
        null,
        found.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };
    const endpoint = `http://${host}:${container.port}`;
    const gateway = await aGateway([[endpoint]], {}, { rules: rules(...allowed), lookup });
    return { ...gateway, container, lookups: () => looked };
  }
  const forbidden = {
    status: 502,
    body: { detail: { message: "the pipeline's endpoint stands for an address that is not allowed" } },
  };

  test.each([
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "0.0.0.0",
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "fe80::1",
  ])("that is allowed and stands for %s gets nothing", async (address) => {
    const { run, container } = await named("models.internal", [[address]]);
    expect(await run()).toMatchObject(forbidden);
    expect(container.got).toEqual([]);
  });

  test("is looked up once for a connection, and the address that was looked at is what is connected to", async () => {
    const { run, container, lookups } = await named(
      "models.internal",
      [["127.0.0.1"], ["169.254.169.254"]],
      ["models.internal", "127.0.0.1"],
    );
    expect(outputOf(await run())).toBe("hello");
    expect([container.got.length, lookups()]).toEqual([1, 1]);
  });

  test("of several addresses goes to the one that is allowed", async () => {
    const { run } = await named(
      "localhost",
      [["169.254.169.254", "10.0.0.1", "127.0.0.1"]].map(([a, , c]) => [a!, c!]),
    );
    expect(outputOf(await run())).toBe("hello");
  });
});

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%i is never followed", async (status) => {
    const target = await aContainer();
    const container = await aContainer(
      says(status, "", { location: `${target.url}/v4/files/download/etc/passwd` }),
    );
    const { run, call } = await aGateway([[container.url]]);
    for (const answer of [await run(), await call("POST", "/v4/runs/stream", { pipeline: "u/p:live" })]) {
      expect(answer.status).toBe(502);
      expect(answer.body.detail.message).toBe(
        "the container answers with a redirect, which is never followed",
      );
      expect(answer.headers.get("location")).toBeNull();
    }
    expect(target.got).toEqual([]);
  });

  test("in answer to the question for its state makes no container ready", async () => {
    const target = await aContainer();
    const container = await aContainer();
    container.state = 307;
    const { run } = await aGateway([[container.url]], { load: 50 });
    expect((await run({ wait_for_resources: true })).status).toBe(502);
    expect([container.got, target.got, target.asked]).toEqual([[], [], 0]);
  });
});

test.each([
  ["GET", "/v4/files/download/etc/passwd"],
  ["POST", "/v4/files"],
  ["POST", "/v4/files/upload-to-storage"],
  ["GET", "/v4/container/state"],
  ["GET", "/v4/container/pipeline"],
  ["GET", "/v4/runs/%2e%2e%2ffiles%2fdownload%2fetc%2fpasswd"],
  ["GET", "/v4/runs/../files/download/etc/passwd"],
  ["POST", "/v4/runs/stream/../../files"],
  ["GET", "/status"],
])("%s %s of a container is not to be had through the gateway", async (method, path) => {
  const container = await aContainer();
  const { call } = await aGateway([[container.url]]);
  expect((await call(method, path, method === "POST" ? { pipeline: "u/p:live" } : undefined)).status).toBe(
    404,
  );
  expect(container.got).toEqual([]);
});
