import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { type ServerResponse, createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { atEnd } from "../at-end.ts";
import { scriptedServer } from "../remotes/scripted-server.ts";
import { faultyProxy, type Fault } from "../sync/faulty-proxy.ts";
import {
  cli,
  closeAtEnd,
  makeFolder,
  makeRepo,
  openRegistry,
  pointerFile,
  start,
  token,
  type TestRepo,
} from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
/** Gives a program a terminal of its own, 100 columns wide. */
const pty = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
import select
inputs = [fd, 0]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if 0 in ready:
        typed = os.read(0, 1024)
        os.write(fd, typed) if typed else inputs.remove(0)
    if fd in ready:
        try:
            shown = os.read(fd, 65536)
        except OSError:
            break
        if not shown:
            break
        os.write(1, shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
`;
const hasPty = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]).status === 0;

/** Runs the program on a terminal; types `answer` when it asks. */
async function onTerminal(repo: TestRepo, args: string[], env: Record<string, string> = {}, answer = "") {
  const child = spawn("python3", ["-c", pty, process.execPath, cli, ...args], {
    cwd: repo.dir,
    env: { ...process.env, TERM: "xterm-256color", ...env },
  });
  let screen = "";
  let hasAnswered = false;
  child.stdout.on("data", (chunk) => {
    screen += String(chunk);
    if (!hasAnswered && answer !== "" && withoutCodes(screen).endsWith("[y/N] ")) {
      hasAnswered = true;
      child.stdin.write(answer);
    }
  });
  child.stderr.on("data", (chunk) => (screen += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  expect(screen).not.toContain(token);
  return { code, screen, plain: withoutCodes(screen).replaceAll("\r\n", "\n") };
}

function withoutCodes(screen: string): string {
  return screen.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}

async function readyToSync(): Promise<{
  repo: TestRepo;
  registry: Awaited<ReturnType<typeof openRegistry>>;
  ids: string[];
}> {
  const registry = await openRegistry();
  const ids = await registry.publish("myuser/gptneo");
  const repo = await makeRepo(
    { [file]: pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }) },
    registry.env,
  );
  return { repo, registry, ids };
}

// Each of them waits for seconds, so that they come first.
describe.concurrent("what a command waits for", () => {
  it.runIf(hasPty)("a remote that is slow is said in place, and nothing of that is left behind", async () => {
    const { repo, registry } = await readyToSync();
    const proxy = closeAtEnd(
      await faultyProxy(registry.url, async (_, { requests }): Promise<Fault> => {
        if (requests === 1) await new Promise((resolve) => setTimeout(resolve, 7500));
        return "none";
      }),
    );
    const { code, screen } = await onTerminal(repo, ["plan"], { ...registry.env, POINTSMAN_URL: proxy.url });
    expect(code).toBe(0);
    const [erase, said] = ["\u001b[2K\u001b[1G", `Waiting for ${proxy.url}`];
    expect(screen).toContain(`${said} (5 s)…${erase}${said} (6 s)…${erase}`);
    expect(screen.slice(screen.lastIndexOf("…"))).toMatch(/^…\u001b\[2K\u001b\[1GPlan: /);
  });

  it.runIf(hasPty)("a run that is waited for is said in one row, which its outputs then have", async () => {
    const outputs = [{ type: "string", value: "hello" }];
    const run = { id: "run_1", pipeline_id: "pipeline_1", state: "completed", outputs, error: null };
    const registry = closeAtEnd(
      await scriptedServer(async () => {
        await new Promise((resolve) => setTimeout(resolve, 6500));
        return { body: `${JSON.stringify(run)}\n` };
      }),
    );
    const name = `u/${"p".repeat(120)}:v1`;
    const env = { POINTSMAN_URL: registry.url, POINTSMAN_TOKEN: token };
    for (const { code, screen } of await Promise.all(
      ["--wait", "--stream"].map(async (how) => onTerminal(await makeRepo(), ["run", name, how], env)),
    )) {
      expect(code).toBe(0);
      const said = `Waiting for ${name}`.slice(0, 99);
      expect(screen.slice(screen.lastIndexOf("Waiting"))).toBe(`${said}\u001b[2K\u001b[1Ghello\r\n`);
    }
  });

  it("run says that it waits, once and beside the outputs", async () => {
    const held: ServerResponse[] = [];
    const answer = `${JSON.stringify({ inputs: null, outputs: [{ type: "string", value: "hello", file: null }], error: null })}\n`;
    let isHeld = true;
    const container = createHttpServer((request, response) => {
      request.resume().on("end", () => (isHeld ? held.push(response) : response.end(answer)));
    });
    await new Promise<void>((resolve) => container.listen(0, "127.0.0.1", resolve));
    atEnd(() => container.close());
    const registry = await openRegistry();
    const endpoints = [`http://127.0.0.1:${(container.address() as AddressInfo).port}`];
    await registry.remote.publish({ name: "u/p", image: "i", extras: { endpoints } });
    const options = { cwd: await makeFolder(), env: registry.env };
    const json = ["--format", "json"];
    const started = [["--wait"], ["--wait", ...json], ["--stream"], ["--stream", ...json]].map((args) =>
      start(["run", "u/p:v1", ...args], options),
    );
    const quiet = start(["run", "u/p:v1", "--wait", "--quiet"], options);
    await Promise.all(started.map(({ says }) => says("Waiting")));
    isHeld = false;
    for (const response of held) response.end(answer);
    const ran = await Promise.all(started.map(({ ended }) => ended));
    for (const { code, stderr } of ran) {
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/^Remote: .*\nWaiting for u\/p:v1 \([56] s\)…\n$/),
      ]);
    }
    expect([ran[0]?.stdout, ran[2]?.stdout]).toEqual(["hello\n", "hello\n"]);
    expect(await quiet.ended).toMatchObject({ code: 0, stdout: "hello\n", stderr: "" });
  });

  it("commands say which remote they wait for, once and beside their results", async () => {
    // Takes connections, and never says a word.
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    atEnd(() => silent.close());
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const repo = await makeRepo({
      "pointsman.yaml": "version: 1\n",
      [file]: pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }),
    });
    const env = { POINTSMAN_URL: `http://${host}`, POINTSMAN_TOKEN: token };
    const name = "myuser/gptneo:latest";
    const commands = [["plan"], ["sync", "--yes"], ["list"], ["resolve", name], ["adopt", name], ["import"]];
    const others = [
      ["publish", "myuser/gptneo", "--no-source"],
      ["tokens", "list", "--format", "json"],
      ["tokens", "list", "--database", `postgres://me@${host}/name`],
    ];
    const started = [...commands, ...others].map((args) => start(args, { cwd: repo.dir, env }));
    const quiet = start(["plan", "--quiet"], { cwd: repo.dir, env });
    await Promise.all(started.map(({ says }) => says("Waiting")));
    // One that went on being said would be said again by then.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    for (const { child } of [...started, quiet]) child.kill();
    for (const { stdout, stderr } of await Promise.all(started.map(({ ended }) => ended))) {
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^Waiting for (http|postgres):\S+ \([56] s\)…$/m);
      expect(stderr.split("Waiting for ")).toHaveLength(2);
      expect(stderr).toContain(`://${host}`);
    }
    expect(await quiet.ended).toMatchObject({ stdout: "", stderr: "" });
  });
});

// While those above wait.
describe.runIf(hasPty).concurrent("on a terminal", () => {
  it("problems show their line with a caret, in colours", async () => {
    const repo = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:latset" }) });
    const { code, screen, plain } = await onTerminal(repo, ["validate"]);
    expect(code).toBe(1);
    expect(plain).toContain(
      "  2 |   myuser/gptneo:prod: myuser/gptneo:latset\n                            ^\n",
    );
    expect(screen).toContain("\u001b[31m");
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }])
      expect((await onTerminal(repo, ["validate"], env)).screen).not.toContain("\u001b");
    expect((await onTerminal(repo, ["validate", "--color", "never"])).screen).not.toContain("\u001b");
  });

  it.each([
    ["y\r", 0, 1],
    ["yes\r", 0, 1],
    ["n\r", 1, 0],
    ["\r", 1, 0],
    ["yesterday\r", 1, 0],
    ["\u0004", 1, 0],
    ["\u0003", 130, 0],
  ])("sync shows the plan and asks; %j exits %i", async (answer, code, written) => {
    const { repo, registry } = await readyToSync();
    const ran = await onTerminal(repo, ["sync"], registry.env, answer);
    expect(ran.plain).toMatch(/\+ :latest[^]*1 to create[^]*Apply 1 change to POINTSMAN_URL\? \[y\/N\] /);
    expect(ran.plain.match(/Plan: commit/g)).toHaveLength(1);
    expect(ran.code).toBe(code);
    expect(Object.keys(await registry.values())).toHaveLength(written);
    // To say no is no error.
    if (code !== 0)
      expect(ran.plain).toMatch(code === 1 ? /\nNothing was written\.\n$/ : /\nerror: Nothing was written/);
  });

  it("sync --yes shows its progress in place, and leaves nothing of it behind", async () => {
    const { registry, ids } = await readyToSync();
    const proxy = closeAtEnd(
      await faultyProxy(registry.url, async ({ method }): Promise<Fault> => {
        if (method === "POST") await new Promise((resolve) => setTimeout(resolve, 20));
        return "none";
      }),
    );
    const many = Array.from({ length: 40 }, (_, i) => [`myuser/gptneo:tag-${i}`, ids[0] ?? ""]);
    const repo = await makeRepo({ [file]: pointerFile(Object.fromEntries(many) as Record<string, string>) });
    const env = { ...registry.env, POINTSMAN_URL: proxy.url };
    const { code, screen } = await onTerminal(repo, ["sync", "--yes"], env);
    expect(code).toBe(0);
    // Sixteen at a time end in three rounds: it is drawn some times for each, not for each pointer.
    expect(screen).toMatch(/\d+ of 40 pointers/);
    expect(screen.match(/of 40 pointers/g)?.length).toBeLessThan(20);
    const end = screen.slice(screen.lastIndexOf("of 40 pointers"));
    expect(end).toMatch(/^of 40 pointers\u001b\[2K\u001b\[1GSynced commit/);
    expect(end).toContain("40 applied");
    const quiet = await onTerminal(repo, ["sync", "--yes", "--quiet"], env);
    expect(quiet.plain).not.toMatch(/of 40|Remote:/);
  });

  it("a dumb terminal gets neither progress in place nor a pager", async () => {
    const { repo, registry } = await readyToSync();
    const env = { ...registry.env, TERM: "dumb", PAGER: "sed s/^/paged/", GIT_PAGER: "sed s/^/paged/" };
    const synced = await onTerminal(repo, ["sync"], env, "y\r");
    expect(synced.screen).toMatch(/\[y\/N\] y\s+Synced commit/);
    const history = await onTerminal(repo, ["history"], env);
    expect(history.screen).toContain("myuser/gptneo:latest");
    expect(synced.screen + history.screen).not.toMatch(/\u001b|paged/);
    expect((await onTerminal(repo, ["history"], { ...env, TERM: "xterm" })).screen).toContain("paged");
  });
});

// A file that takes nothing, as a full disk's.
it.runIf(existsSync("/dev/full"))("a result that cannot be printed is said, and fails", () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [cli, "--version"], {
    stdio: ["ignore", full, "pipe"],
    encoding: "utf8",
  });
  closeSync(full);
  expect([status, stderr]).toEqual([1, "error: The result could not be printed (ENOSPC).\n"]);
});

it.runIf(existsSync("/dev/full"))(
  "what a sync applied is said where its report cannot be printed",
  async () => {
    const { repo, registry } = await readyToSync();
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [cli, "sync", "--yes", "--quiet"], {
      cwd: repo.dir,
      env: { ...process.env, ...registry.env },
      stdio: ["ignore", full, "pipe"],
    });
    let stderr = "";
    child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    closeSync(full);
    expect([code, stderr]).toEqual([
      1,
      `error: The result could not be printed (ENOSPC).\n  Of commit ${repo.git("rev-parse", "HEAD").slice(0, 8)}: 1 applied, 0 unchanged.\n`,
    ]);
  },
);
