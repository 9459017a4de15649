import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
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

test("what no name can be is no pointer, no pipeline, no run, and creates nothing", async () => {
  const { call, id, intact } = await withPointer();
  const before = await intact();
  const statusOf = async (...request: Parameters<typeof call>) => (await call(...request)).status;
  for (const name of hostile) {
    const escaped = encodeURIComponent(name);
    const found = [];
    for (const version of ["v3", "v4"]) {
      const path = `/${version}/pointers/${escaped}`;
      found.push(await statusOf("GET", path));
      found.push(await statusOf("PATCH", path, { locked: true }));
      found.push(await statusOf("DELETE", path));
      expect((await call("GET", `${path}/history`)).body.total).toBe(0);
    }
    found.push(await statusOf("DELETE", `/v4/tokens/${escaped}`));
    found.push(await statusOf("POST", "/v4/pointers", { pointer: "u/p:new", pointer_or_pipeline_id: name }));
    found.push(await statusOf("POST", "/v4/runs", { pipeline: name }));
    expect([name, ...found]).toEqual([name, ...found.map(() => 404)]);
    for (const kind of ["pipelines", "runs", "tokens"]) {
      expect([404, 405]).toContain(await statusOf("GET", `/v4/${kind}/${escaped}`));
    }
    const made = [
      await statusOf("POST", "/v4/pointers", { pointer: name, pointer_or_pipeline_id: id }),
      await statusOf("POST", "/v4/pipelines", { name, image: "i" }),
      await statusOf("POST", "/v4/tokens", { name, usernames: [name], scopes: ["read"] }),
      await statusOf("POST", "/v4/registry/start-upload", { pipeline_name: name }),
    ];
    expect([name, ...made]).toEqual([name, 422, 422, 422, 422]);
    const listed = await call("GET", `/v4/pointers?pipeline_name=${escaped}`);
    expect([200, 422]).toContain(listed.status);
    expect(listed.body.data ?? []).toEqual([]);
    expect([name, await intact()]).toEqual([name, before]);
  }
});

test("an escaped slash is the slash of a name, in either case", async () => {
  const { call, id } = await withPointer();
  for (const path of ["u%2Fp:latest", "u%2fp:latest", "u/p%3Alatest", "%75/p:latest"]) {
    expect((await call("GET", `/v4/pointers/${path}`)).body.pipeline_id).toBe(id);
  }
});

test("an escape that is none is 400", async () => {
  const { call } = await withPointer();
  for (const path of ["%", "%zz", "%c3%28", "%ff"]) {
    const { status } = await call("GET", `/v4/pointers/u/p:${path}`);
    expect([path, status]).toEqual([path, 400]);
  }
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
