import { type IncomingMessage, get } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { aRegistry, token } from "../a-registry.ts";

describe("without the token", () => {
  test.each([
    ["none", {}, "a bearer token is needed"],
    ["another", { authorization: "Bearer wrong" }, "the token is not valid"],
    ["a longer one", { authorization: `Bearer ${token}x` }, "the token is not valid"],
    ["an empty one", { authorization: "Bearer " }, "a bearer token is needed"],
    ["another scheme", { authorization: `Basic ${token}` }, "a bearer token is needed"],
  ])("%s: every call is 401, known or not", async (_name, headers, detail) => {
    const { url } = await aRegistry();
    for (const path of ["/v4/pointers", "/v4/pipelines", "/v4/tokens/validate", "/v4/nothing", "/"]) {
      const answer = await fetch(url + path, { headers });
      expect([path, answer.status, await answer.json()]).toEqual([path, 401, { detail }]);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
  });

  test("health is answered", async () => {
    const { url } = await aRegistry();
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
  });
});

test("a token can be validated", async () => {
  const { call } = await aRegistry();
  expect((await call("GET", "/v4/tokens/validate")).status).toBe(200);
});

describe("a body", () => {
  test("with faults is 422, each fault in FastAPI's shape", async () => {
    const { call } = await aRegistry();
    const { status, body } = await call("POST", "/v4/pointers", { pointer: 7, locked: "yes" });
    expect(status).toBe(422);
    expect(body.detail).toHaveLength(3);
    expect(body.detail).toEqual(
      expect.arrayContaining([
        { loc: ["body", "pointer_or_pipeline_id"], msg: "Field required", type: "missing" },
        { loc: ["body", "pointer"], msg: "Input should be a valid string", type: "string_type" },
        { loc: ["body", "locked"], msg: "Input should be a valid boolean", type: "bool_type" },
      ]),
    );
  });

  test.each([
    ["that is no JSON", "{", "json_invalid"],
    ["that is no object", "[]", "dict_type"],
    ["that is null", "null", "dict_type"],
    ["that is empty", "", "missing"],
    ["that is not UTF-8", Buffer.from('{"pointer":"u/p:latest","note":"\xff"}', "latin1"), "json_invalid"],
  ])("%s is 422", async (_name, text, type) => {
    const { call } = await aRegistry();
    const { status, body } = await call("POST", "/v4/pointers", text);
    expect(status).toBe(422);
    expect(body).toEqual({ detail: [{ loc: ["body"], msg: expect.any(String), type }] });
  });

  test("that is none at all is 422", async () => {
    const { call } = await aRegistry();
    expect((await call("PATCH", "/v4/pointers/u/p:latest")).body.detail[0].type).toBe("missing");
  });

  test("of more than 1 MiB is 413", async () => {
    const { call } = await aRegistry();
    const answer = await call("POST", "/v4/pipelines", {
      name: "u/p",
      image: "i",
      readme: "x".repeat(2 ** 20),
    });
    expect(answer).toMatchObject({ status: 413, body: { detail: "the body is larger than 1 MiB" } });
  });

  test("of another type is 415", async () => {
    const { call } = await aRegistry();
    const answer = await call("POST", "/v4/pointers", "pointer=x", {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect([answer.status, typeof answer.body.detail]).toEqual([415, "string"]);
  });
});

test.each([
  ["/v4/nothing", 404],
  ["/", 404],
  ["/v4/%zz", 400],
])("%s is %i with a detail", async (path, status) => {
  const { call } = await aRegistry();
  expect(await call("GET", path)).toMatchObject({ status, body: { detail: expect.any(String) } });
});

test.each([
  ["PUT", "/v4/pointers", "GET, POST"],
  ["POST", "/v4/pointers/u/p:latest", "GET, PATCH, DELETE"],
  ["POST", "/v3/pointers/u/p:latest/history", "GET"],
  ["POST", "/v4/pointers/u%2Fp:latest/history", "GET"],
  ["DELETE", "/v4/runs/stream", "POST"],
  ["POST", "/v4/tokens/validate", "GET"],
  ["DELETE", "/openapi.json", "GET, HEAD"],
])("%s %s is 405 with what is allowed", async (method, path, allowed) => {
  const { call } = await aRegistry();
  const answer = await call(method, path);
  expect(answer).toMatchObject({ status: 405, body: { detail: "Method Not Allowed" } });
  expect(answer.headers.get("allow")).toBe(allowed);
});

describe("the correlation id", () => {
  test("is the caller's, on good answers and bad ones", async () => {
    const { call, url } = await aRegistry();
    const headers = { "x-correlation-id": "run-42:a.b" };
    for (const path of ["/v4/pointers", "/v4/nothing", "/v4/%zz", "/v4/pointers?limit=0"]) {
      expect((await call("GET", path, undefined, headers)).headers.get("x-correlation-id")).toBe(
        "run-42:a.b",
      );
    }
    const refused = await fetch(`${url}/v4/pointers`, { headers });
    expect(refused.headers.get("x-correlation-id")).toBe("run-42:a.b");
  });

  test.each(["", "two words", "x".repeat(129), "<b>"])("is a new one for %j", async (id) => {
    const { call } = await aRegistry();
    const { headers } = await call("GET", "/healthz", undefined, { "x-correlation-id": id });
    expect(headers.get("x-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("is there whatever a request expects", async () => {
    const { url } = await aRegistry();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/healthz`, { headers: { expect: "the-unexpected" } }, resolve).on("error", reject);
    });
    answer.resume();
    expect([answer.statusCode, answer.headers["x-correlation-id"]]).toEqual([200, expect.any(String)]);
  });

  test("is made even for bytes that are no request", async () => {
    const { url } = await aRegistry();
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.end("nonsense\r\n\r\n"));
      socket.on("data", (data) => (text += String(data)));
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/x-correlation-id: [0-9a-f-]{36}/);
    expect(answer).toMatch(/\{"detail":"this is not an HTTP request"\}$/);
  });
});
