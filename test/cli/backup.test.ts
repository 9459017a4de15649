import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEmbedded } from "../../src/registry/in-process.ts";
import { here, makeFolder, run, start, token } from "./kit.ts";

const env = { POINTSMAN_TOKEN: token };

/** A registry in a process of its own. */
async function serve(data: string) {
  const served = start(["serve", "--port", "0", "--data", data, "--log-level", "info"], { env });
  let said = "";
  served.child.stderr.on("data", (text: string) => (said += text));
  await served.says("listens on");
  const url = /http:\/\/[\d.:]+/.exec(said)?.[0] ?? "";
  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return answer.json() as Promise<{ total: number; id: string }>;
  };
  const stop = async () => {
    served.child.kill("SIGTERM");
    expect((await served.ended).code).toBe(0);
  };
  return { call, stop, said };
}

describe("backup", () => {
  it("copies the data of a registry that is served, and the copy can be served", async () => {
    const [data, copies] = [await makeFolder(), await makeFolder()];
    const first = await serve(data);
    await first.call("POST", "/v4/pipelines", { name: "u/p", image: "i" });
    const copy = join(copies, "registry.db");
    expect(await run(["backup", copy, "--data", data])).toMatchObject({
      code: 0,
      stdout: `${data} is copied to ${copy}.\n`,
      stderr: "",
    });
    expect((await stat(copy)).mode & 0o777).toBe(0o600);
    await first.call("POST", "/v4/pipelines", { name: "u/p", image: "i" });
    await first.stop();
    const second = await serve(copies);
    // A folder that was mistyped would be as empty as the first.
    const made = (folder: string) => `There was no registry in ${folder}: it was made, and is empty.`;
    expect(first.said).toContain(made(data));
    expect(second.said).not.toContain(made(copies));
    expect(await second.call("GET", "/v4/pointers")).toMatchObject({ total: 1 });
    await second.stop();
  });

  it("says what it cannot copy, or where to", async () => {
    const [data, empty] = [await makeFolder(), await makeFolder()];
    await (await openEmbedded(data)).close();
    const file = join(empty, "copy");
    const refused = async (code: string, ...args: string[]) => {
      const ran = await here(["backup", ...args, "--format", "json"], { cwd: empty });
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code } });
      expect(ran.stdout + ran.stderr).not.toContain("s3cret");
    };
    await Promise.all([
      refused("backup-failed", join(data, "registry.db"), "--data", data),
      refused("server-failed", file, "--data", empty),
      refused("usage", file),
      refused("usage", file, "--database", "mysql://me:s3cret@host/name"),
      refused("usage", file, "--data", data, "--database", "postgres://host/name"),
    ]);
  });
});
