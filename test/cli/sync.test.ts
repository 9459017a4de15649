import { execFileSync } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultyProxy, type Fault } from "../sync/faulty-proxy.ts";
import { closeAtEnd, here, makeFolder, makeRepo, openRegistry, pointerFile, start, token } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";

/** So many pointers over so many pipelines, all onto the ids given in turn. */
function manyFiles(pointers: number, files: number, ids: readonly string[]): Record<string, string> {
  const families = Array.from({ length: files }, (_, i) => `myuser/model-${i}`);
  return Object.fromEntries(
    families.map((family, i) => {
      const mine = Array.from({ length: pointers / files }, (_, n) => [
        `${family}:tag-${n}`,
        ids[(i + n) % ids.length] ?? "",
      ]);
      return [`pointers/${family}.yaml`, pointerFile(Object.fromEntries(mine) as Record<string, string>)];
    }),
  );
}

interface Report {
  readonly results: readonly { pointer: string; status: string; reason?: string }[];
  readonly summary: { readonly applied: number; readonly failed: number; readonly skipped: number };
}

describe("a thousand pointers over forty files", () => {
  it("are synced with a thousand writes, and then with none", async () => {
    const registry = await openRegistry();
    const ids = await registry.publish("myuser/base", 3);
    const proxy = closeAtEnd(await faultyProxy(registry.url, () => "none"));
    const env = { ...registry.env, POINTSMAN_URL: proxy.url };
    const repo = await makeRepo(manyFiles(1000, 40, ids), env);
    expect((await repo.here(["validate"])).stdout).toBe("ok: 1000 pointers in 40 files, no problems.\n");
    expect((await repo.here(["plan"])).stdout).toContain("1000 to create, 0 unchanged.");
    expect(proxy.writes()).toHaveLength(0);
    const synced = await repo.run(["sync", "--yes"]);
    expect(synced.code).toBe(0);
    expect(synced.stdout).toContain("1000 applied, 0 unchanged.");
    expect(proxy.writes()).toHaveLength(1000);
    expect((await repo.here(["plan", "--detailed-exitcode"])).code).toBe(0);
    expect((await repo.here(["sync"])).code).toBe(0);
    expect(proxy.writes()).toHaveLength(1000);
    expect(Object.keys(await registry.values())).toHaveLength(1000);
  });
});

// Those that wait for seconds do so side by side.
describe.concurrent("a remote that misbehaves", () => {
  it("by failing, dropping and stalling has every pointer right or reported, and a second run completes it", async () => {
    const registry = await openRegistry();
    const ids = await registry.publish("myuser/base", 3);
    const foreign = [
      "NoTag",
      "Owner/Model:LATEST",
      "a/b/c:tag",
      "\u001b[31mred\u001b[0m/x:yy",
      `echo/${token}:aa`,
    ];
    let isBroken = true;
    const proxy = closeAtEnd(
      await faultyProxy(
        registry.url,
        ({ method }, { requests, writes }): Fault => {
          if (!isBroken) return "none";
          if (requests % 25 === 0) return "busy";
          if (method !== "GET" && writes % 3 === 0) return "fail";
          return requests % 10 === 0 ? "drop" : "none";
        },
        { foreign },
      ),
    );
    const files = manyFiles(60, 6, ids);
    const repo = await makeRepo(files, { ...registry.env, POINTSMAN_URL: proxy.url });
    const first = await repo.run(["sync", "--yes", "--format", "json", "--verbose"]);
    expect([0, 3]).toContain(first.code);
    const report = JSON.parse(first.stdout) as Report;
    expect(report.results).toHaveLength(60);
    const wanted = new Map(
      Object.values(files).flatMap((text) =>
        [...text.matchAll(/^ {2}(\S+:\S+): (\S+)$/gm)].map(([, name = "", target = ""]) => [name, target]),
      ),
    );
    const values = await registry.values();
    for (const { pointer, status } of report.results)
      if (status === "applied") expect(values[pointer]).toBe(wanted.get(pointer));
    for (const [pointer, value] of Object.entries(values)) expect(value).toBe(wanted.get(pointer));

    isBroken = false;
    const second = await repo.here(["sync", "--yes"]);
    expect(second.code).toBe(0);
    expect(await registry.values()).toEqual(Object.fromEntries(wanted));
    expect((await repo.here(["plan", "--detailed-exitcode"])).code).toBe(0);
  });

  it.each([
    ["says the token in an error", { status: 400, body: { detail: `you sent Bearer ${token}` } }],
    ["says it in a page", { status: 403, body: `<html><title>${token}</title></html>` }],
    ["redirects to it", { status: 302, headers: { location: `https://${token}.example.com/${token}` } }],
    [
      "says it in a header",
      { status: 401, headers: { "x-correlation-id": token }, body: { detail: "\u001b[31mno" } },
    ],
    [
      "says it in a listing",
      {
        body: {
          skip: 0,
          limit: 1000,
          total: 1,
          data: [{ id: "x", pointer: `a/${token}:cc`, pipeline_id: token, locked: false }],
        },
      },
    ],
    ["says it in a listing that is none", { body: { total: token, data: [] } }],
  ])("and %s has the token shown nowhere", async (_, answer) => {
    const proxy = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => answer));
    const env = { POINTSMAN_URL: proxy.url, POINTSMAN_TOKEN: token };
    const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }) }, env);
    const commands = [["plan", "--out", "plan.json"], ["list"], ["sync", "--yes", "--report", "report.json"]];
    // The kit looks for the token in whatever is printed.
    for (const ran of await Promise.all(
      commands.map((args) => repo.here([...args, "--verbose", "--format", "json"])),
    ))
      expect(ran.code).toBeLessThan(4);
    for (const written of ["plan.json", "report.json"])
      expect(await repo.read(written).catch(() => "")).not.toContain(token);
    expect(proxy.seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });
});

it.concurrent.each([
  ["list"],
  ["publish", "myuser/gptneo"],
  ["resolve", "myuser/gptneo:latest"],
  ["tokens", "list"],
])("%s says that a busy remote is waited for", async (...args) => {
  const registry = await openRegistry();
  await registry.publish("myuser/gptneo");
  let asked = 0;
  const proxy = closeAtEnd(await faultyProxy(registry.url, () => (asked++ === 0 ? "busy" : "none")));
  const files = { [file]: pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }) };
  const repo = await makeRepo(files, { ...registry.env, POINTSMAN_URL: proxy.url });
  const ran = await repo.run(args);
  expect(ran.stderr).toMatch(/^The remote asks to wait 1 s\.$/m);
  expect(ran.code).toBe(0);
});

it("--yes leaves out the question, and not what the plan warns of", async () => {
  const registry = await openRegistry();
  const repo = await makeRepo(
    { [file]: pointerFile({ "myuser/gptneo:latest": "pipeline_a" }) },
    registry.env,
  );
  const ran = await repo.here(["sync", "--yes", "--format", "json"]);
  expect(ran.stderr).toContain("warning: The listing of POINTSMAN_URL is empty.");
  await registry.publish("myuser/gptneo");
  expect((await repo.here(["sync", "--yes"])).stderr).toContain("which no pointer on the remote leads to");
});

it.each(["text", "json"])(
  "a plan that is blocked as a whole warns too, beside a result as %s",
  async (format) => {
    const registry = await openRegistry();
    const repo = await makeRepo(
      { [file]: pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }) },
      registry.env,
    );
    const ran = await repo.here(["sync", "--yes", "--format", format]);
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("warning: The listing of POINTSMAN_URL is empty."),
    });
  },
);

describe("the token", () => {
  it.each([
    ["empty", { POINTSMAN_TOKEN: "" }],
    ["with a line break", { POINTSMAN_TOKEN: `${token}\n` }],
    ["without its URL's https", { POINTSMAN_URL: "http://registry.example.com" }],
    ["in the URL", { POINTSMAN_URL: `https://${token}@registry.example.com` }],
    ["in the URL's query", { POINTSMAN_URL: `https://registry.example.com/?token=${token}` }],
  ])("%s is refused before anything is sent", async (_, env) => {
    const all = { POINTSMAN_URL: "http://127.0.0.1:1", POINTSMAN_TOKEN: token, ...env };
    const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:latest": "pipeline_a" }) }, all);
    const ran = await repo.here(["plan", "--verbose"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/POINTSMAN_/);
  });
});

describe("Ctrl-C", () => {
  it("during a sync lets what is in flight finish, and the report lists every pointer", async () => {
    const registry = await openRegistry();
    const ids = await registry.publish("myuser/base", 3);
    const proxy = closeAtEnd(
      await faultyProxy(registry.url, async ({ method }): Promise<Fault> => {
        if (method !== "GET") await new Promise((resolve) => setTimeout(resolve, 250));
        return "none";
      }),
    );
    const repo = await makeRepo(manyFiles(100, 4, ids));
    const env = { ...registry.env, POINTSMAN_URL: proxy.url };
    const { child, ended } = start(["sync", "--yes", "--format", "json"], { cwd: repo.dir, env });
    while (proxy.writes().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    const ran = await ended;
    expect(ran.code).toBe(3);
    const report = JSON.parse(ran.stdout) as Report;
    expect(report.results).toHaveLength(100);
    const values = await registry.values();
    for (const { pointer, status, reason } of report.results) {
      if (status === "applied") expect(values).toHaveProperty([pointer]);
      else expect([reason, values[pointer]]).toEqual(["interrupted", undefined]);
    }
    expect(report.summary.applied).toBe(Object.keys(values).length);
    expect(report.summary.applied).toBeGreaterThan(0);
    expect(report.summary.skipped).toBeGreaterThan(0);
  });

  it("twice during a sync ends it with 3, as some may have been written", async () => {
    const registry = await openRegistry();
    const ids = await registry.publish("myuser/base", 3);
    const proxy = closeAtEnd(
      await faultyProxy(registry.url, ({ method }) =>
        method === "GET" ? "none" : new Promise(() => undefined),
      ),
    );
    const repo = await makeRepo(manyFiles(4, 1, ids));
    const env = { ...registry.env, POINTSMAN_URL: proxy.url };
    const { child, ended, says } = start(["sync", "--yes"], { cwd: repo.dir, env });
    while (proxy.seen.every(({ method }) => method === "GET"))
      await new Promise((next) => setTimeout(next, 5));
    child.kill("SIGINT");
    await says("Once more stops at once");
    child.kill("SIGINT");
    const stopped = await ended;
    expect(stopped).toMatchObject({ code: 3, stdout: "" });
    expect(stopped.stderr).toContain(
      "Stopped at once: what was under way may be written or not. Run it again",
    );
  });

  it(
    "while a command only reads ends it without waiting for an answer, and says that nothing was written",
    { timeout: 25_000 },
    async () => {
      const proxy = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => new Promise(() => undefined)));
      const env = { POINTSMAN_URL: proxy.url, POINTSMAN_TOKEN: token };
      const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:latest": "pipeline_a" }) });
      const interrupt = async (...args: string[]) => {
        const before = proxy.seen.length;
        const { child, ended } = start(args, { cwd: repo.dir, env });
        while (proxy.seen.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
        child.kill("SIGINT");
        return ended;
      };
      const stderr = `Remote: POINTSMAN_URL (${proxy.url})\nerror: Interrupted: nothing was written.\n`;
      expect(await interrupt("sync", "--yes")).toEqual({ code: 130, signal: null, stdout: "", stderr });
      for (const args of [["plan"], ["tokens", "list"]]) {
        const ran = await interrupt(...args, "--format", "json");
        expect(ran).toMatchObject({ code: 130, signal: null });
        expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "interrupted" } });
      }
      expect(proxy.writes()).toHaveLength(0);
      const sent = await interrupt("publish", "myuser/gptneo", "--no-source");
      expect(sent.stderr).toContain("Interrupted: whether myuser/gptneo was published is not known.\n");
    },
  );

  it("while the issue of a job is written does not say that nothing was", async () => {
    const registry = await openRegistry();
    const [id = ""] = await registry.publish("myuser/gptneo");
    const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:latest": id }) });
    const forge = closeAtEnd(await faultyProxy("http://127.0.0.1:1", () => new Promise(() => undefined)));
    await repo.write(".git/event.json", JSON.stringify({ repository: { default_branch: "main" } }));
    const env = {
      ...registry.env,
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: "schedule",
      GITHUB_EVENT_PATH: ".git/event.json",
      GITHUB_REPOSITORY: "acme/models",
      GITHUB_TOKEN: "ghs_token",
      GITHUB_API_URL: forge.url,
    };
    const { child, ended } = start(["ci"], { cwd: repo.dir, env });
    while (forge.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    const ran = await ended;
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain("Interrupted: whether the issue was written is not known.\n");
  });

  it("while a plan is written lets its file be whole", async () => {
    const registry = await openRegistry();
    const ids = await registry.publish("myuser/base", 3);
    const repo = await makeRepo(manyFiles(1000, 4, ids), registry.env);
    // It holds less than the plan: who writes to it waits.
    const pipe = join(await makeFolder(), "plan.json");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const args = ["plan", "--out", pipe, "--quiet"];
    const { child, ended } = start(args, { cwd: repo.dir, env: registry.env });
    const reader = await open(pipe);
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 200));
    const plan = JSON.parse(await reader.readFile("utf8")) as { readonly changes: unknown[] };
    await reader.close();
    expect(plan.changes).toHaveLength(1000);
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });
});

describe("the working tree", () => {
  it("is said to have edits where it has some, whatever commit is synced", async () => {
    const registry = await openRegistry();
    const [id = ""] = await registry.publish("myuser/gptneo");
    const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:latest": id }) }, registry.env);
    await repo.write(file, pointerFile({ "myuser/gptneo:prod": id }));
    repo.commit();
    const sync = async (...args: string[]) => (await repo.here(["sync", "--yes", ...args])).stderr;
    for (const args of [[], ["--ref", "HEAD"], ["--ref", "HEAD~1"]])
      expect(await sync(...args)).not.toContain("not included");
    await repo.write(file, pointerFile({ "myuser/gptneo:latest": id }));
    for (const args of [[], ["--ref", "HEAD"], ["--ref", "HEAD~1"]])
      expect(await sync(...args)).toContain("Edits that are not committed are not included.");
  });
});

it("with --yes a sync says what it moves, as it does before it asks", async () => {
  const registry = await openRegistry();
  await registry.publish("myuser/gptneo");
  const text = pointerFile({ "myuser/gptneo:stable": "myuser/gptneo:v1" });
  const repo = await makeRepo({ [file]: text }, registry.env);
  const { stdout } = await repo.here(["plan"]);
  const synced = await repo.here(["sync", "--yes"]);
  expect(synced.stderr).toContain(`\n${stdout}`);
  expect(synced.stdout).toMatch(/^Synced commit [0-9a-f]{8} to POINTSMAN_URL\.\n1 applied, 0 unchanged\.\n$/);
  // What a program reads has it all.
  await repo.write(
    file,
    text + pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v1" }).replace("pointers:", ""),
  );
  repo.commit();
  expect((await repo.here(["sync", "--yes", "--format", "json"])).stderr).not.toContain("Plan:");
});

describe("a report that cannot be written", () => {
  it("stops the sync before it starts", async () => {
    const registry = await openRegistry();
    const [id = ""] = await registry.publish("myuser/gptneo");
    const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:latest": id }) }, registry.env);
    const ran = await repo.here(["sync", "--yes", "--report", "gone/report.json"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("The report cannot be written: gone/report.json: its folder is not there.");
    expect(await registry.values()).toEqual({});
  });
});

describe("serve", () => {
  it("serves until it is interrupted, and needs a token and a folder", async () => {
    const dir = await makeFolder();
    const refused = await here(["serve", "--port", "0", "--data", "data"], { cwd: dir });
    expect(refused.stderr).toContain("POINTSMAN_TOKEN is not set");
    const env = { POINTSMAN_TOKEN: token };
    expect((await here(["serve", "--port", "0"], { cwd: dir, env })).stderr).toContain("--data");
    const { child, ended, says } = start(["serve", "--port", "0", "--data", "data"], { cwd: dir, env });
    await says("listens on");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0, stdout: "" });
  });
});
