import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { cli, makeFolder, start, token } from "./kit.ts";

const env = { POINTSMAN_TOKEN: token };

async function aPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

describe("a registry whose log cannot be written", () => {
  it.runIf(existsSync("/dev/full"))("answers and stops where the log's disk is full", async () => {
    const [port, full] = [await aPort(), openSync("/dev/full", "w")];
    const args = [cli, "serve", "--port", String(port), "--data", await makeFolder()];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", full],
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    closeSync(full);
    const ended = once(child, "close");
    const status = async (): Promise<number> =>
      fetch(`http://127.0.0.1:${port}/v4/pointers`).then(
        (answer) => answer.status,
        () => 0,
      );
    while ((await status()) === 0 && child.exitCode === null && child.signalCode === null)
      await new Promise((next) => setTimeout(next, 20));
    expect([await status(), await status()]).toEqual([401, 401]);
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  it("stops where nobody reads the log any more", async () => {
    const { child, ended, says } = start(["serve", "--port", "0", "--data", await makeFolder()], { env });
    await says("listens on");
    child.stderr.destroy();
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });
});
