import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aDatabase, execute, hasServer } from "../registry/store/a-database.ts";
import { here, makeFolder, run, start, token } from "./kit.ts";

const admin = { POINTSMAN_TOKEN: token };

/** A registry of this program on a folder, without POINTSMAN_TOKEN unless it is given. */
async function served(dir: string, env: Record<string, string> = {}) {
  const { child, ended, says, stderr } = start(["serve", "--port", "0", "--data", "data"], { cwd: dir, env });
  await says("listens on");
  const url = /http:\S+?(?=,)/.exec(stderr())?.[0] ?? "";
  const stop = async () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { url, stop };
}

async function statusOf(url: string, bearer: string): Promise<number> {
  const headers = { authorization: `Bearer ${bearer}` };
  return (await fetch(`${url}/v4/pointers`, { headers })).status;
}

describe("tokens", () => {
  it("begin with one made in the data itself, on which a registry then starts", async () => {
    const dir = await makeFolder();
    const refused = await here(["serve", "--port", "0", "--data", "data"], { cwd: dir });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /POINTSMAN_TOKEN is not set.*pointsman tokens create NAME --admin --data DIR/s,
    );
    const made = await run(["tokens", "create", "root", "--admin", "--data", "data"], { cwd: dir });
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pmt_[\w-]{43}\n$/) });
    expect(made.stderr).not.toContain(made.stdout.trim());

    const first = made.stdout.trim();
    const { url, stop } = await served(dir);
    expect(await statusOf(url, first)).toBe(200);
    expect(await statusOf(url, token)).toBe(401);
    const { stderr } = await stop();
    expect(stderr).not.toContain(first);
  });

  it("are made, listed and revoked through a remote, by an administrator", async () => {
    const dir = await makeFolder();
    const { url, stop } = await served(dir, admin);
    const env = { ...admin, POINTSMAN_URL: url };
    const tokens = (...args: string[]) => here(["tokens", ...args], { cwd: dir, env });
    expect((await tokens("list")).stdout).toBe("No tokens.\n");
    expect((await tokens("list", "--help")).stdout).toMatch(/--data <dir>[^(]*\(default: the\s+remote/);
    const made = await tokens("create", "ci", "--username", "myuser", "--scope", "write", "--format", "json");
    expect(JSON.parse(made.stdout)).toMatchObject({ name: "ci", usernames: ["myuser"], scopes: ["write"] });
    const own = JSON.parse(made.stdout).token;
    expect(await statusOf(url, own)).toBe(200);

    expect((await tokens("list")).stdout).toMatch(/^NAME +USERNAMES .*\nci +myuser +write +\d{4}-/);
    const listed = await tokens("list", "--format", "json");
    expect(JSON.parse(listed.stdout).tokens).toHaveLength(1);
    expect(listed.stdout).not.toContain(own);
    expect(await tokens("create", "ci", "--admin")).toMatchObject({ code: 1, stdout: "" });

    const theirs = await here(["tokens", "list"], { cwd: dir, env: { ...env, POINTSMAN_TOKEN: own } });
    expect(theirs).toMatchObject({ code: 1, stdout: "" });
    expect(theirs.stderr).toContain("has not the scope admin");

    expect((await tokens("revoke", "ci")).stdout).toBe(
      "The token ci is revoked; every replica refuses it within two seconds.\n",
    );
    expect(await statusOf(url, own)).toBe(401);
    expect((await tokens("revoke", "ci")).stderr).toContain("No token is named ci.");
    await stop();
  });

  it("have names of their own, and one that is nearly right is asked for", async () => {
    const dir = await makeFolder();
    const tokens = (...args: string[]) => here(["tokens", ...args, "--data", "data"], { cwd: dir });
    await tokens("create", "caller", "--admin");
    const again = await tokens("create", "caller", "--admin");
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toMatch(/^error: A token is named caller already\.\n {2}Choose another name; /m);
    expect((await tokens("revoke", "caler")).stderr).toContain("Did you mean caller?");
  });

  it("are looked for where a registry is, and make none", async () => {
    const dir = await makeFolder();
    for (const args of [["list"], ["revoke", "x"]]) {
      const ran = await here(["tokens", ...args, "--data", "typo"], { cwd: dir });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain("there is no registry in typo: it has no registry.db");
    }
    expect(await readdir(dir)).toEqual([]);
    // As it is left by a registry that was killed before it had made its tables.
    const file = join(dir, "registry.db");
    await writeFile(file, "");
    const ran = await here(["tokens", "list", "--data", "."], { cwd: dir });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("there is no registry in .: its registry.db has no tables");
    expect(await readdir(dir)).toEqual(["registry.db"]);
    expect((await stat(file)).size).toBe(0);
  });

  it.runIf(hasServer)("make none in a database without one either", async () => {
    const [dir, url] = [await makeFolder(), await aDatabase()];
    const tokens = (...args: string[]) => here(["tokens", ...args, "--database", url], { cwd: dir });
    for (const args of [["list"], ["revoke", "x"]]) {
      const ran = await tokens(...args);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain(
        "there is no registry in the database: it has no tables of pointsman\n  is --database right?",
      );
    }
    expect(await execute(url, "SELECT FROM pg_namespace WHERE nspname = 'pointsman'")).toEqual([]);
    expect(await tokens("create", "first", "--admin")).toMatchObject({ code: 0 });
    expect((await tokens("list")).stdout).toContain("first");
  });

  it("are of no other registry where pointsman.yaml, which names theirs, has a problem", async () => {
    const dir = await makeFolder();
    await here(["init"], { cwd: dir });
    const remote = "{ url: https://registry.example.com }";
    await writeFile(
      join(dir, "pointsman.yaml"),
      `version: 1\nremotes: { production: ${remote} }\ndefault_remote: production\non_drfit: keep\n`,
    );
    for (const command of [["list"], ["create", "ci", "--admin"], ["list", "--remote", "production"]]) {
      const ran = await here(["tokens", ...command], { cwd: dir });
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain("did you mean on_drift?");
      expect(ran.stderr).toContain("no registry was asked");
    }
  });

  it("say whose they are and what they may do", async () => {
    const dir = await makeFolder();
    const given = ["--username", "myuser", "--data", "data"];
    const refused = await here(["tokens", "create", "ci", ...given], { cwd: dir });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("--username and one --scope, or --admin");
  });
});
