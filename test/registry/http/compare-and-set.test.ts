import { describe, expect, test } from "vitest";
import { etagOf } from "../../../src/wire/etag.ts";
import { type Call, aRegistry, upload } from "../a-registry.ts";

const path = "/v4/pointers/u/p:latest";

async function withPointer() {
  const { call } = await aRegistry();
  const [v1 = "", v2 = ""] = await upload(call, "u/p", 2);
  await create(call, v1);
  return { call, v1, v2, at: etagOf({ pipeline_id: v1, locked: false }) };
}

function create(call: Call, target: string, headers?: object) {
  return call("POST", "/v4/pointers", { pointer: "u/p:latest", pointer_or_pipeline_id: target }, headers);
}

test("an ETag says what the pointer is, wherever one pointer is answered", async () => {
  const { call, v1, v2, at } = await withPointer();
  expect((await call("GET", path)).headers.get("etag")).toBe(at);
  expect((await call("GET", path)).headers.get("etag")).toBe(`"${v1}"`);
  const locked = await call("PATCH", path, { pointer_or_pipeline_id: v2, locked: true });
  expect(locked.headers.get("etag")).toBe(`"${v2};locked"`);
  await call("PATCH", path, { locked: false });
  await call("DELETE", path);
  expect((await create(call, v1)).headers.get("etag")).toBe(at);
});

test("what a registry can is said with every answer on pointers", async () => {
  const { call } = await withPointer();
  for (const url of ["/v4/pointers", path, "/v3/pointers", `${path}/history`, "/v4/pointers/u/p:none"]) {
    expect((await call("GET", url)).headers.get("x-pointsman")).toBe("compare-and-set, source");
  }
  expect((await call("GET", "/v4/pipelines")).headers.get("x-pointsman")).toBeNull();
});

describe("a read", () => {
  test.each(["v1", "weak", "list", "any"])("of what is known already is 304: %s", async (kind) => {
    const { call, at } = await withPointer();
    const sent = { v1: at, weak: `W/${at}`, list: `"other", ${at}`, any: "*" }[kind];
    const answer = await call("GET", path, undefined, { "if-none-match": sent });
    expect([answer.status, answer.body, answer.headers.get("etag")]).toEqual([304, undefined, at]);
  });

  test("of something else is answered whole", async () => {
    const { call, v1 } = await withPointer();
    const answer = await call("GET", path, undefined, { "if-none-match": '"other"' });
    expect([answer.status, answer.body.pipeline_id]).toEqual([200, v1]);
  });
});

describe.each(["PATCH", "DELETE"])("a %s", (method) => {
  const write = (call: Call, target: string, ifMatch: string) =>
    call(method, path, method === "PATCH" ? { pointer_or_pipeline_id: target } : undefined, {
      "if-match": ifMatch,
    });

  test("of the value that is there is done", async () => {
    const { call, v2, at } = await withPointer();
    expect((await write(call, v2, at)).status).toBeLessThan(300);
  });

  test.each([
    ["another value", '"pipeline_other"'],
    ["another lock", "locked"],
    ["a weak tag", "weak"],
    ["no tag", "nonsense"],
  ])("of %s is 412, and changes nothing", async (_what, sent) => {
    const { call, v1, v2, at } = await withPointer();
    const header = { locked: `"${v1};locked"`, weak: `W/${at}` }[sent] ?? sent;
    const answer = await write(call, v2, header);
    expect(answer).toMatchObject({
      status: 412,
      body: { detail: "u/p:latest is not what was expected: it has changed" },
    });
    expect((await call("GET", path)).body.pipeline_id).toBe(v1);
  });

  test("of * is done where it is there, and 412 where it is not", async () => {
    const { call, v2 } = await withPointer();
    expect((await write(call, v2, "*")).status).toBeLessThan(300);
    await call("DELETE", path);
    expect((await write(call, v2, "*")).status).toBe(412);
  });
});

test.each([
  ["PATCH", "none-match of what is there", '"v1"', 412],
  ["PATCH", "none-match of anything", "*", 412],
  ["DELETE", "none-match of anything", "*", 412],
  ["PATCH", "none-match of another value", '"other"', 200],
  ["DELETE", "none-match of another value", '"other"', 204],
])("a %s with %s is %4$i", async (method, _what, tag, status) => {
  const { call, v1, v2 } = await withPointer();
  const body = method === "PATCH" ? { pointer_or_pipeline_id: v2 } : undefined;
  const headers = { "if-none-match": tag.replace("v1", v1) };
  expect((await call(method, path, body, headers)).status).toBe(status);
  // Where both are sent, both are to hold.
  const other = { ...headers, "if-match": `"${v2};locked"` };
  expect((await call(method, path, body, other)).status).toBe(412);
});

test("a create that expects something to be there is 412", async () => {
  const { call, v1, at } = await withPointer();
  for (const tag of [at, "*", '"other"']) {
    expect((await create(call, v1, { "if-match": tag })).status).toBe(412);
    const made = { pointer: "u/p:new", pointer_or_pipeline_id: v1 };
    expect((await call("POST", "/v4/pointers", made, { "if-match": tag })).status).toBe(412);
  }
  expect((await call("GET", "/v4/pointers/u/p:new")).status).toBe(404);
});

test("a create only where there is nothing is 412 else, and 409 where that was not asked", async () => {
  const { call, v2 } = await withPointer();
  const headers = { "if-none-match": "*" };
  expect(await create(call, v2, headers)).toMatchObject({
    status: 412,
    body: { detail: "u/p:latest exists already" },
  });
  expect((await create(call, v2)).status).toBe(409);
  await call("DELETE", path);
  expect((await create(call, v2, headers)).status).toBe(201);
});

describe("the history", () => {
  test("says what, when, by whom and where from, newest first, also when it is over", async () => {
    const { call, v1, v2 } = await withPointer();
    const source = { repository: "https://git.example/models", commit: "abc123", actor: "Zoë" };
    // ASCII, as a header must be.
    const header = JSON.stringify(source).replace("ë", String.raw`\u00eb`);
    await call("PATCH", path, { pointer_or_pipeline_id: v2, locked: true }, { "x-pointsman-source": header });
    await call("PATCH", path, { locked: false });
    await call("DELETE", path);
    const { status, body } = await call("GET", `${path}/history`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ skip: 0, limit: 1000, total: 4 });
    const [A, B] = [
      { pipeline_id: v1, locked: false },
      { pipeline_id: v2, locked: true },
    ];
    const free = { ...B, locked: false };
    const event = { pointer: "u/p:latest", token: "admin", at: expect.any(Number), source: null };
    expect(body.data).toEqual([
      { ...event, action: "delete", before: free, after: null },
      { ...event, action: "update", before: B, after: free },
      { ...event, action: "update", before: A, after: B, source },
      { ...event, action: "create", before: null, after: A },
    ]);
    expect((await call("GET", `${path}/history?skip=1&limit=1`)).body).toMatchObject({
      total: 4,
      data: [{ action: "update", after: free }],
    });
    expect((await call("GET", "/v3/pointers/u%2Fp:latest/history")).body).toEqual(body);
  });

  test("of a moment is the event that held then", async () => {
    const { call, v1, v2 } = await withPointer();
    await call("PATCH", path, { pointer_or_pipeline_id: v2 });
    const { body } = await call("GET", `${path}/history`);
    const [moved, made] = body.data.map((event: { at: number }) => event.at);
    const at = async (time: number | string) => {
      const answer = await call("GET", `${path}/history?at=${time}`);
      return answer.body.data.map((event: { after: { pipeline_id: string } }) => event.after.pipeline_id);
    };
    expect(await at(made - 1)).toEqual([]);
    expect(await at(made)).toEqual([v1]);
    expect(await at(moved + 1)).toEqual([v2]);
    for (const wrong of ["yesterday", "-1", "0x10", ""]) {
      expect((await call("GET", `${path}/history?at=${wrong}`)).status).toBe(422);
    }
    const fault = { loc: ["query", "at"], msg: "Input should be a valid number", type: "float_type" };
    expect((await call("GET", `${path}/history?at=yesterday`)).body).toEqual({ detail: [fault] });
  });

  test("is no pointer's name, and no pointer's name is a history", async () => {
    const { call, v1 } = await withPointer();
    await upload(call, "u/history");
    await call("POST", "/v4/pointers", { pointer: "u/history:history", pointer_or_pipeline_id: v1 });
    expect((await call("GET", "/v4/pointers/u/history:history")).body.pipeline_id).toBe(v1);
    expect((await call("GET", "/v4/pointers/u/history:history/history")).body.total).toBe(1);
    expect((await call("GET", "/v4/pointers/u/p:history")).status).toBe(404);
    expect((await call("PATCH", `${path}/history`, { locked: true })).status).toBe(404);
  });

  test.each(["{", "[]", '{"commit":1}', '{"else":"x"}', `{"commit":"${"x".repeat(513)}"}`])(
    "takes no source such as %.20s",
    async (header) => {
      const { call } = await withPointer();
      const answer = await call("PATCH", path, { locked: true }, { "x-pointsman-source": header });
      expect([answer.status, answer.body.detail[0].loc.slice(0, 2)]).toEqual([
        422,
        ["header", "x-pointsman-source"],
      ]);
      expect((await call("GET", path)).body.locked).toBe(false);
    },
  );
});

test("where images are pushed to is the operator's to say", async () => {
  const { call } = await aRegistry(undefined, { imageRegistry: "images.example/models" });
  expect((await call("GET", "/v4/registry?turbo_registry=yes")).body).toEqual({
    url: "images.example/models",
    special_auth: false,
  });
  const started = await call("POST", "/v4/registry/start-upload", {
    pipeline_name: "u/p",
    pipeline_tag: null,
  });
  expect([started.status, started.body]).toEqual([
    201,
    { bearer: "", upload_registry: "images.example/models", pipeline_name: "u/p" },
  ]);
  expect((await call("POST", "/v4/registry/start-upload", { pipeline_name: "nobody" })).status).toBe(422);
  expect((await (await aRegistry()).call("GET", "/v4/registry")).body.url).toBe("localhost:5000");
});
