import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdtempSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { httpRemote } from "../../src/remotes/v4/http-remote.ts";
import { startRegistry } from "../../src/registry/serve.ts";
import { atEnd } from "../at-end.ts";
import { headOf } from "../git/head-of.ts";
import { runHere } from "./run-here.ts";

export const cli = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
/** What no output of any command may ever contain. */
export const token = "kit-token-5up3r53cr37";

export interface Ran {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Whether colours are wanted: only then may an escape reach the streams. */
  readonly colors?: boolean;
  /** As a user without rights, where the tests run as root. */
  readonly asNobody?: boolean;
}

export interface RunHereOptions {
  readonly cwd: string;
  readonly env?: RunOptions["env"];
}

/** The built program as a child process, and what it printed once it has ended. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = start(args, options);
  started.child.stdin.end(options.input ?? "");
  return started.ended;
}

let ofNobody: string | undefined;

/**
 * The program where everybody may read it: whoever tests it may have it in a folder of their own. It is copied once
 * for a test file.
 */
function cliOfNobody(): string {
  return (ofNobody ??= copyOfCli());
}

function copyOfCli(): string {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-program-"));
  atEnd(async () => {
    ofNobody = undefined;
    await rm(folder, { recursive: true });
  });
  chmodSync(folder, 0o755);
  cpSync(dirname(cli), folder, { recursive: true });
  const packages = new Set(["isomorphic-git"]);
  // A set hands out what is added to it while it is walked.
  for (const name of packages) {
    const from = fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
    cpSync(from, join(folder, "node_modules", name), { recursive: true });
    const { dependencies = {} } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
    for (const one of Object.keys(dependencies)) packages.add(one);
  }
  return join(folder, "cli.cjs");
}

/** The same in this process, for what does not lie in how the program starts, ends, or reads. */
export async function here(args: readonly string[], options: RunHereOptions): Promise<Ran> {
  const ran = { signal: null, ...(await runHere(args, options.cwd, { ...process.env, ...options.env })) };
  neverHappens(args, ran, {});
  return ran;
}

/** The same while it runs. */
export function start(
  args: readonly string[],
  options: RunOptions = {},
): {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<Ran>;
  says: (text: string) => Promise<void>;
  stderr: () => string;
} {
  const isNobody = options.asNobody === true && process.getuid?.() === 0;
  const child = spawn(process.execPath, [isNobody ? cliOfNobody() : cli, ...args], {
    cwd: options.cwd,
    // Only against what would never end.
    timeout: 100_000,
    killSignal: "SIGKILL",
    // A pull request's files may not make it take more memory than a small CI machine has.
    env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=256", ...options.env },
    ...(isNobody ? { uid: 65_534, gid: 65_534 } : {}),
  });
  child.stdin.on("error", () => undefined);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const ran = { code, signal, stdout, stderr };
      try {
        neverHappens(args, ran, options);
        resolve(ran);
      } catch (error) {
        reject(error);
      }
    });
  });
  const says = async (text: string): Promise<void> => {
    while (!stderr.includes(text) && child.exitCode === null)
      await new Promise((next) => setTimeout(next, 5));
  };
  return { child, ended, says, stderr: () => stderr };
}

/** What holds of every run of every command in these tests. */
function neverHappens(args: readonly string[], ran: Ran, { colors }: RunOptions): void {
  const all = ran.stdout + ran.stderr;
  const said = `pointsman ${args.join(" ")}\n${all.slice(0, 2000)}`;
  expect(ran.code, `a bug: ${said}`).not.toBe(70);
  expect(all, `a stack trace: ${said}`).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(all.includes(token), `the token: ${said}`).toBe(false);
  // Only line breaks: neither escapes nor any other control character.
  if (colors !== true)
    expect(all, `control characters: ${said}`).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  const isJson = args.includes("--format=json") || args[args.indexOf("--format") + 1] === "json";
  if (isJson && ran.signal === null) expect(() => JSON.parse(ran.stdout), `no JSON: ${said}`).not.toThrow();
}

/** A temporary folder, gone when the test file ends. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "pointsman-cli-")));
  atEnd(async () => {
    await chmod(folder, 0o755);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A repository on disk, and the program run inside it. */
export interface TestRepo {
  readonly dir: string;
  git(...args: string[]): string;
  write(path: string, text: string | Uint8Array): Promise<void>;
  read(path: string): Promise<string>;
  /** Commits all there is; gives the commit's id. */
  commit(message?: string): string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  here(args: readonly string[], options?: Partial<RunHereOptions>): Promise<Ran>;
}

/** A folder that may hold a repository already. */
export function openRepo(dir: string, env: RunOptions["env"] = {}): TestRepo {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: dir, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  return {
    dir,
    git,
    async write(path, text) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    },
    read: (path) => readFile(join(dir, path), "utf8"),
    commit(message = "Change pointers") {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", message);
      return headOf(dir);
    },
    run: (args, options = {}) => run(args, { cwd: dir, ...options, env: { ...env, ...options.env } }),
    here: (args, options = {}) => here(args, { cwd: dir, ...options, env: { ...env, ...options.env } }),
  };
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/**
 * A new repository with these files in one commit; none where there are no files. It is copied from the first one
 * with the same files: git's index does not know yet that nothing was edited.
 */
export async function makeRepo(files: Files = {}, env: RunOptions["env"] = {}): Promise<TestRepo> {
  const repo = openRepo(await makeFolder(), env);
  cpSync(await firstWith(files), repo.dir, { recursive: true });
  return repo;
}

/** The first repository with the same files. Git's three programs take several times as long as a copy. */
function firstWith(files: Files): Promise<string> {
  if (firsts.size === 0) atEnd(() => firsts.clear());
  const hash = createHash("sha1");
  for (const [path, text] of Object.entries(files)) hash.update(`${path}\0${text.length}\0`).update(text);
  const key = hash.digest("hex");
  const first = firsts.get(key) ?? makeFirst(files);
  firsts.set(key, first);
  return first;
}

const firsts = new Map<string, Promise<string>>();

async function makeFirst(files: Files): Promise<string> {
  const repo = openRepo(await makeFolder());
  if (Object.keys(files).length === 0) repo.git("init", "--quiet", "--initial-branch", "main");
  else {
    cpSync(await firstWith({}), repo.dir, { recursive: true });
    for (const [path, text] of Object.entries(files)) await repo.write(path, text);
    repo.commit("Start");
  }
  return repo.dir;
}

/** A pointer file with these pointers, in the canonical form. */
export function pointerFile(pointers: Readonly<Record<string, string>>): string {
  const entries = Object.entries(pointers).map(([name, target]) => `  ${name}: ${target}\n`);
  return `pointers:\n${entries.join("\n")}`;
}

/** A pipeline's pointers, one of them a chain, and where they are declared. */
export const chainFile = "pointers/myuser/gptneo.yaml";
export const chain = pointerFile({
  "myuser/gptneo:latest": "myuser/gptneo:v2",
  "myuser/gptneo:stable": "myuser/gptneo:v1",
  "myuser/gptneo:prod": "myuser/gptneo:stable",
});

/** A real registry on a free port, the remote of every command that gets `env`. */
export async function openRegistry() {
  const dataDir = await makeFolder();
  const registry = await startRegistry({ host: "127.0.0.1", port: 0, dataDir, token });
  const remote = httpRemote({ name: "direct", url: registry.url, token });
  atEnd(async () => {
    await remote.close();
    await registry.close();
  });
  return {
    url: registry.url,
    env: { POINTSMAN_URL: registry.url, POINTSMAN_TOKEN: token },
    remote,
    /** Uploads a pipeline so many times; gives the ids, v1 first. */
    async publish(name: string, times = 1): Promise<string[]> {
      const ids: string[] = [];
      for (let version = 1; version <= times; version += 1)
        ids.push((await remote.publish({ name, image: `${name}:${version}` })).id);
      return ids;
    },
    /** Where each pointer that is no version stands. */
    async values(): Promise<Record<string, string>> {
      const rows = [...(await remote.list())].filter(([pointer]) => !/:v\d+$/.test(pointer));
      return Object.fromEntries(rows.map(([pointer, { pipeline }]) => [pointer, pipeline]));
    },
  };
}

/** Closes something when the test file ends. */
export function closeAtEnd<T extends { close(): Promise<unknown> }>(open: T): T {
  atEnd(() => open.close());
  return open;
}
