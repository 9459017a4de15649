import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import { Gateway } from "../../../src/registry/gateway/gateway.ts";
import { loopbackRules } from "../../../src/registry/gateway/upstream-rule.ts";
import { silentLog } from "../../../src/registry/http/log.ts";
import { createMetrics } from "../../../src/registry/http/metrics.ts";
import { servedApp } from "../../../src/registry/served-app.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";
import { runOf } from "../a-connection.ts";
import { aFolder, token } from "../a-registry.ts";
import { aContainer, streamed } from "./a-container.ts";
import { aGateway } from "./a-gateway.ts";

/** A registry whose store says what a name stands for when it is told to. */
async function aSlowRegistry(endpoint: string) {
  const store = await openStore(await aFolder());
  const author = { token: "t", name: "t", source: null };
  await store.pipelines.publish({ name: "u/p", image: "i", extras: { endpoints: [endpoint] } }, author);
  const asked: (() => void)[] = [];
  const ended: string[] = [];
  const gateway = new Gateway({
    rules: loopbackRules,
    runs: store.runs,
    onError: (error) => expect.unreachable(String(error)),
    onRun: (_name, state) => ended.push(state),
  });
  const app = servedApp({
    store: {
      ...store,
      pointers: {
        ...store.pointers,
        resolve: async (target) => {
          await new Promise<void>((resolve) => asked.push(resolve));
          return store.pointers.resolve(target);
        },
      },
    },
    log: silentLog,
    gateway,
    metrics: createMetrics(),
    token,
    isClosing: () => false,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await app.close();
    await gateway.close(0);
    await store.close();
  });
  return { asked, ended, server: app.server, port: (app.server.address() as AddressInfo).port };
}

test.each(["/v4/runs", "/v4/runs/stream"])(
  "a caller of %s that leaves before its pointer is resolved leaves nothing behind, in the gateway or a container",
  async (path) => {
    const container = await aContainer((response) => response.writeHead(200).write(streamed("a")));
    const { asked, ended, server, port } = await aSlowRegistry(container.url);
    const socket = connect(port, "127.0.0.1");
    const [served] = await once(server, "connection");
    socket.write(runOf("u/p:v1", { path }));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    socket.destroy();
    await once(served, "close");
    asked[0]!();
    await vi.waitFor(() => expect(ended).toEqual(["failed"]));
    expect([container.got, container.busy]).toEqual([[], 0]);
  },
);

test.each([
  ["a run", "/v4/runs", undefined],
  ["a stream", "/v4/runs/stream", streamed("a")],
])("nonsense behind %s is not answered in its place: the connection is closed", async (_what, path, said) => {
  const container = await aContainer((response) => said && response.writeHead(200).write(said));
  const { url } = await aGateway([[container.url]]);
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const heard = text(socket);
  socket.write(runOf("u/p:v1", { path }));
  if (said === undefined) await container.gets(1);
  else await once(socket, "data");
  socket.write("nonsense\r\n\r\n");
  expect(await heard).not.toContain(" 400 ");
  await vi.waitFor(() => expect(container.busy).toBe(0));
});

test("streams that wait behind others on one connection end with their caller too", async () => {
  const container = await aContainer((response) => response.writeHead(200).write(streamed("a")));
  const { url } = await aGateway([[container.url]]);
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(runOf("u/p:v1", { path: "/v4/runs/stream" }).repeat(15));
  await vi.waitFor(() => expect(container.busy).toBe(15));
  socket.destroy();
  await vi.waitFor(() => expect(container.busy).toBe(0));
});

test("callers of runs that a stopping registry cuts off are told so, and the runs say it too", async () => {
  const dataDir = await aFolder();
  const container = await aContainer((response) => response.writeHead(200).write(streamed("a")));
  const { url, run, close } = await aGateway([[container.url]], {}, { dataDir, patience: 50 });
  const stream = await fetch(`${url}/v4/runs/stream`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ pipeline: "u/p:live" }),
  });
  container.run = () => undefined; // never answers
  const waiting = run();
  await container.gets(2);
  await close();
  const said = "the registry is stopping";
  expect(await waiting).toMatchObject({ status: 503, body: { detail: { message: said } } });
  const lines = (await stream.text()).trim().split("\n");
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ state: "failed", error: { message: said } });
  const { call } = await aGateway([], {}, { dataDir });
  const { id } = JSON.parse(lines[0]!);
  expect((await call("GET", `/v4/runs/${id}`)).body).toMatchObject({ error: { message: said } });
});
