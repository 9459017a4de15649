import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { embeddedRemote } from "../../src/remotes/embedded.ts";
import { httpRemote } from "../../src/remotes/v4/http-remote.ts";
import { startRegistry } from "../../src/registry/serve.ts";
import { conformance } from "./conformance.ts";

const newFolder = () => mkdtemp(join(tmpdir(), "pointsman-remote-"));
const drop = (folder: string) => rm(folder, { recursive: true, force: true });

conformance("over HTTP", async () => {
  const dataDir = await newFolder();
  const registry = await startRegistry({ host: "127.0.0.1", port: 0, dataDir, token: "conformance-token" });
  return {
    remote: httpRemote({ name: "local", url: registry.url, token: "conformance-token" }),
    end: async () => {
      await registry.close();
      await drop(dataDir);
    },
  };
});

conformance("in process", async () => {
  const dataDir = await newFolder();
  return { remote: await embeddedRemote(dataDir), end: () => drop(dataDir) };
});

it("the embedded registry keeps its pointers, and its url names no machine", async () => {
  const dataDir = await newFolder();
  const first = await embeddedRemote(dataDir);
  expect([first.name, first.url, first.hasToken]).toEqual(["embedded", "embedded:", false]);
  await first.publish({ name: "myuser/gptneo", image: "gptneo:1" });
  await first.close();
  const second = await embeddedRemote(dataDir);
  expect([...(await second.list()).keys()]).toEqual(["myuser/gptneo:v1"]);
  await second.close();
  await drop(dataDir);
});

it("a wrong token is a refusal that says so", async () => {
  const dataDir = await newFolder();
  const registry = await startRegistry({ host: "127.0.0.1", port: 0, dataDir, token: "right-token" });
  const remote = httpRemote({ name: "local", url: registry.url, token: "wrong-token" });
  await expect(remote.list()).rejects.toMatchObject({
    status: 401,
    outcome: "refused",
    hint: expect.stringContaining("token"),
  });
  await remote.close();
  await registry.close();
  await drop(dataDir);
});

it("a remote says whether a token may hide something from it", async () => {
  const remotes = [{}, { token: "some-token" }].map((given) =>
    httpRemote({ name: "local", url: "http://127.0.0.1:1", ...given }),
  );
  expect(remotes.map(({ hasToken }) => hasToken)).toEqual([false, true]);
  await Promise.all(remotes.map((remote) => remote.close()));
});
