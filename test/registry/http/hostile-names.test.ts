import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { aRegistry, token, upload } from "../a-registry.ts";

/** What must never be more than a name that nothing has. */
const hostile = [
  "u/p:latest'; DROP TABLE pointers; --",
  "u/p:latest' OR '1'='1",
  'u/p:latest" OR ""="',
  "u/p:%",
  "u/p:latest\0",
  "\0",
  "u/p:latest\n",
  "u/p:latest\r\nx-injected: yes",
  "u/p:latest/../../../etc/passwd",
  "u//p:latest",
  "u/p:latest:more",
  "U/P:LATEST",
  "u/p:ｌatest",
  "__proto__",
  "u/p:latest\u202E",
];

async function withPointer() {
  const registry = await aRegistry();
  const [id] = await upload(registry.call, "u/p");
  await registry.call("POST", "/v4/pointers", { pointer: "u/p:latest", pointer_or_pipeline_id: id });
  const intact = async () => {
    const { body } = await registry.call("GET", "/v4/pointers?show_deleted=true");
    return body.data.map((row: { pointer: string; pipeline_id: string }) => [row.pointer, row.pipeline_id]);
  };
  return { ...registry, id, intact };
}

describe.each(hostile)("%j", (name) => {
  test("is no pointer, no pipeline, no run, and creates nothing", async () => {
    const { call, id, intact } = await withPointer();
    const before = await intact();
    const escaped = encodeURIComponent(name);
    for (const version of ["v3", "v4"]) {
      const path = `/${version}/pointers/${escaped}`;
      expect((await call("GET", path)).status).toBe(404);
      expect((await call("PATCH", path, { locked: true })).status).toBe(404);
      expect((await call("DELETE", path)).status).toBe(404);
      expect((await call("GET", `${path}/history`)).body.total).toBe(0);
    }
    for (const kind of ["pipelines", "runs", "tokens"]) {
      expect([404, 405]).toContain((await call("GET", `/v4/${kind}/${escaped}`)).status);
    }
    expect((await call("DELETE", `/v4/tokens/${escaped}`)).status).toBe(404);
    const made = [
      await call("POST", "/v4/pointers", { pointer: name, pointer_or_pipeline_id: id }),
      await call("POST", "/v4/pipelines", { name, image: "i" }),
      await call("POST", "/v4/tokens", { name, usernames: [name], scopes: ["read"] }),
      await call("POST", "/v4/registry/start-upload", { pipeline_name: name }),
    ];
    expect(made.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
    const targeted = await call("POST", "/v4/pointers", { pointer: "u/p:new", pointer_or_pipeline_id: name });
    expect(targeted.status).toBe(404);
    expect((await call("POST", "/v4/runs", { pipeline: name })).status).toBe(404);
    const listed = await call("GET", `/v4/pointers?pipeline_name=${escaped}`);
    expect([200, 422]).toContain(listed.status);
    expect(listed.body.data ?? []).toEqual([]);
    expect(await intact()).toEqual(before);
  });
});

test("an escaped slash is the slash of a name, in either case", async () => {
  const { call, id } = await withPointer();
  for (const path of ["u%2Fp:latest", "u%2fp:latest", "u/p%3Alatest", "%75/p:latest"]) {
    expect((await call("GET", `/v4/pointers/${path}`)).body.pipeline_id).toBe(id);
  }
});

test.each(["%", "%zz", "%c3%28", "%ff"])("an escape that is none is 400: %s", async (path) => {
  const { call } = await withPointer();
  expect((await call("GET", `/v4/pointers/u/p:${path}`)).status).toBe(400);
});

test("nothing that is sent comes back as a header", async () => {
  const { call, url } = await withPointer();
  const name = encodeURIComponent("u/p:x\r\nx-injected: yes\r\n\r\n<html>");
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const heard = text(socket);
  socket.end(
    `GET /v4/pointers/${name} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
      "x-correlation-id: a%0d%0ax-injected: yes\r\nconnection: close\r\n\r\n",
  );
  const [head = "", ...body] = (await heard).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 404 /);
  expect(head).not.toMatch(/injected/);
  expect(JSON.parse(body.join("\r\n\r\n")).detail).toContain("x-injected: yes");
  const id = await call("GET", "/v4/pointers/u/p:latest", undefined, { "if-none-match": '"x"\t, "y"' });
  expect(id.status).toBe(200);
});
