import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { startRegistry } from "../../src/registry/serve.ts";
import { aFolder, aRegistry, token, upload } from "./a-registry.ts";

test("a restart keeps pipelines, pointers and the count of versions", async () => {
  const dataDir = await aFolder();
  const first = await aRegistry(dataDir);
  await upload(first.call, "u/p", 2);
  await first.call("POST", "/v4/pointers", {
    pointer: "u/p:latest",
    pointer_or_pipeline_id: "u/p:v2",
    locked: true,
  });
  const before = await first.call("GET", "/v4/pointers");
  await first.close();
  const second = await aRegistry(dataDir);
  expect((await second.call("GET", "/v4/pointers")).body).toEqual(before.body);
  const [third] = await upload(second.call, "u/p");
  expect((await second.call("GET", "/v4/pointers/u/p:v3")).body.pipeline_id).toBe(third);
});

test("a port in use is said", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => void taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const options = { host: "127.0.0.1", port, dataDir: await aFolder(), token };
  await expect(startRegistry(options)).rejects.toMatchObject({
    code: "server-failed",
    message: `port ${port} of 127.0.0.1 is in use`,
    hint: "choose another one with --port",
  });
});

test("an address that is not this machine's is said", async () => {
  const options = { host: "192.0.2.1", port: 0, dataDir: await aFolder(), token };
  await expect(startRegistry(options)).rejects.toMatchObject({
    code: "server-failed",
    message: "this machine has no address 192.0.2.1",
  });
});

test.each([
  ["a file", "file", "there is a file where"],
  ["in a file", "file/data", "there is a file where"],
  ["one whose registry.db is something else", "", "no SQLite database"],
  ["where nobody can make one", "/proc/none/data", "yours to write, or use another one"],
])("a folder that is %s is said", async (_, data, hint) => {
  const folder = await aFolder();
  for (const name of ["file", "registry.db"])
    await writeFile(join(folder, name), "no database: it is long enough to be read as one");
  const dataDir = data.startsWith("/") ? data : join(folder, data);
  await expect(startRegistry({ host: "127.0.0.1", port: 0, dataDir, token })).rejects.toMatchObject({
    code: "server-failed",
    message: expect.stringContaining(dataDir),
    hint: expect.stringContaining(hint),
  });
});

test.each(["", " "])("the token %j is refused", async (blank) => {
  const options = { host: "127.0.0.1", port: 0, dataDir: await aFolder(), token: blank };
  await expect(startRegistry(options)).rejects.toMatchObject({ code: "server-failed" });
});

test("a close answers the request under way, and does not wait for idle connections", async () => {
  // Longer than a test may take: waiting for either would not end.
  const registry = await aRegistry(undefined, { patience: 600_000, limits: { idleTime: 600_000 } });
  const { call, url } = registry;
  await call("GET", "/v4/pointers"); // leaves a connection open
  const body = '{"name":"u/p","image":"i"}';
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const heard = text(socket);
  socket.write(
    `POST /v4/pipelines HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nexpect: 100-continue\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  await once(socket, "readable"); // 100 Continue: the registry has read the head
  const closing = registry.close();
  socket.write(body);
  await closing;
  expect(await heard).toMatch(/^HTTP\/1\.1 100 [^]*HTTP\/1\.1 201 /);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
});
