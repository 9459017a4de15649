import type { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { httpRemote } from "../../../src/remotes/v4/http-remote.ts";
import { run } from "../../cli/kit.ts";
import { aRegistry, token, upload } from "../../registry/a-registry.ts";
import { type Proxying, aProxy, tlsBefore } from "./a-proxy.ts";

const host = "registry.example.com";
const password = "pr0xy-pa55word";

/** The environment of a job that reaches the world through a proxy. */
const inCompany = (port: number) => ({
  POINTSMAN_URL: `https://${host}`,
  POINTSMAN_TOKEN: token,
  HTTPS_PROXY: `http://ada:${password}@127.0.0.1:${port}`,
});

test("a registry is reached through the proxy of HTTPS_PROXY, which sees no token", async () => {
  const { url, call } = await aRegistry();
  await upload(call, "myuser/gptneo");
  await call("POST", "/v4/tokens", { name: "ci", usernames: ["myuser"], scopes: ["write"] });
  const server = await tlsBefore(Number(new URL(url).port), host);
  const proxy = await aProxy(server.port);
  const env = { ...inCompany(proxy.port), NODE_EXTRA_CA_CERTS: server.certificate };
  const listed = await run(["tokens", "list", "--format", "json"], { env });
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('"ci"') });
  expect(proxy.asked.length).toBeGreaterThan(0);
  for (const { host: asked, headers } of proxy.asked) {
    expect([asked, headers.host]).toEqual([`${host}:443`, `${host}:443`]);
    expect(headers["proxy-authorization"]).toBe(`Basic ${Buffer.from(`ada:${password}`).toString("base64")}`);
    expect(headers.authorization).toBeUndefined();
  }
  expect(proxy.seen()).not.toMatch(new RegExp(`${token}|/v4/tokens`));
});

test("a run whose proxy refuses says so, and shows no password", async () => {
  const proxy = await aProxy(0, 407);
  const ran = await run(["run", "myuser/gptneo:latest", "--verbose"], { env: inCompany(proxy.port) });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(
    `the proxy http://127.0.0.1:${proxy.port} made no connection to ${host}:443: it answered 407`,
  );
  expect(ran.stdout + ran.stderr).not.toContain(password);
  expect(ran.stdout + ran.stderr).not.toContain(Buffer.from(`ada:${password}`).toString("base64"));
});

/** What a listing through a proxy ends with, and how often the proxy was asked. */
async function through(act: Proxying, port = 0) {
  const proxy = await aProxy(port, act);
  const remote = httpRemote({
    name: "prod",
    url: `https://${host}`,
    token,
    retry: { attempts: 2, delay: 1 },
    http: { idleTimeout: 200, proxy: { url: `http://127.0.0.1:${proxy.port}`, authorization: undefined } },
  });
  onTestFinished(() => remote.close());
  const error = await remote.list().then(
    () => expect.fail("it was reached"),
    (thrown: unknown) => thrown as Error & { hint?: string },
  );
  return { error, message: error.message.replace(String(proxy.port), "PORT"), tries: proxy.asked.length };
}

test.each<[what: string, act: Proxying, message: string, tries: number]>([
  ["refuses", 403, `made no connection to ${host}:443: it answered 403`, 1],
  ["cannot reach it", 502, `made no connection to ${host}:443: it answered 502`, 2],
  ["hangs up", (socket: Socket) => socket.destroy(), "closed the connection before it had answered", 2],
  ["does not answer", () => undefined, "did not answer in time (ETIMEDOUT)", 2],
  ["speaks no HTTP", (socket: Socket) => void socket.end("SSH-2.0-x\r\n"), "does not speak HTTP", 2],
])("a proxy that %s is named", async (_what, act, message, tries) => {
  const failed = await through(act);
  expect(failed.error).toMatchObject({ code: "remote-unreachable", isUnsent: true });
  expect(failed.message).toMatch(`the proxy http://127.0.0.1:PORT ${message}`);
  expect(failed.error.hint).toContain("HTTPS_PROXY");
  expect(failed.tries).toBe(tries);
});

test("a registry is trusted no more through a proxy than without", async () => {
  const server = await tlsBefore(0, host);
  const { error } = await through(200, server.port);
  expect(error.message).toMatch(`https://${host} could not be trusted: TLS failed`);
});
