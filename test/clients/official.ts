import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { atEnd } from "../at-end.ts";
import { closeAtEnd, makeFolder, start, token } from "../cli/kit.ts";

/** A Python that has the packages of requirements.txt: tools/test-python.sh makes one. */
export const python = process.env["POINTSMAN_TEST_PYTHON"] ?? "";
if (python === "")
  console.warn(
    "LEFT OUT: the tests with the official Python client, since POINTSMAN_TEST_PYTHON is not set.\n" +
      "export POINTSMAN_TEST_PYTHON=$(tools/test-python.sh)",
  );

/** Each call of it starts a Python: on a busy machine that takes its time. In milliseconds. */
export const patience = { timeout: 120_000 };

const here = dirname(fileURLToPath(import.meta.url));

function endWithFile(child: ChildProcessWithoutNullStreams): void {
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
}

export /** A registry as its operator starts it. */
async function serve(): Promise<string> {
  const args = ["serve", "--port", "0", "--data", await makeFolder()];
  const { child, ended, says } = start(args, { env: { POINTSMAN_TOKEN: token } });
  closeAtEnd({ close: () => (child.kill("SIGTERM"), ended) });
  let said = "";
  child.stderr.on("data", (text: string) => (said += text));
  await says("listens on");
  return /http:\/\/[\d.:]+/.exec(said)?.[0] ?? said;
}

/** The official command line and library, with a configuration folder of their own. */
export async function officialClient() {
  const env = { ...process.env, PIPELINE_DIR: await makeFolder(), PYTHONDONTWRITEBYTECODE: "1" };
  /** `pipeline …`, to its end: what it printed, without colours and times of day. */
  const cli = (...args: string[]) => cliIn(undefined, {}, ...args);
  const cliIn = (cwd: string | undefined, more: Readonly<Record<string, string>>, ...args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const program = ["-c", "from pipeline.console import _run; _run()"];
      execFile(python, [...program, ...args], { cwd, env: { ...env, ...more } }, (error, stdout, stderr) => {
        const said = (stdout + stderr).replace(/\u001b\[[0-9;]*m/g, "").replace(/\d\d:\d\d:\d\d - /g, "");
        resolve({ code: error === null ? 0 : Number(error.code), said });
      });
    });
  return { cli, cliIn, library: () => library(env) };
}

/** What library.py answers to a call. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

function library(env: NodeJS.ProcessEnv) {
  const child = spawn(python, [`${here}/library.py`], { env });
  endWithFile(child);
  child.stderr.resume();
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return async (name: string, args: readonly unknown[], options: object = {}): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify([name, args, options])}\n`);
    const { value } = (await lines.next()) as { value?: string };
    return JSON.parse(value ?? '{"error":"the library ended"}') as Answer;
  };
}

/** A real container of the official package, without docker, that has loaded its pipeline. Gives its URL. */
export async function startContainer(path: string, greeting = ""): Promise<string> {
  const child = spawn(python, [`${here}/container.py`], {
    cwd: here,
    env: {
      ...process.env,
      GREETING: greeting,
      PIPELINE_PATH: path,
      PIPELINE_DIR: await makeFolder(),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  endWithFile(child);
  let log = "";
  child.stderr.on("data", (part: Buffer) => (log += part.toString()));
  const { value: port } = (await createInterface(child.stdout)[Symbol.asyncIterator]().next()) as {
    value?: string;
  };
  const url = `http://127.0.0.1:${port ?? "none"}`;
  for (let state = ""; state !== "loaded";) {
    const answer = await fetch(`${url}/v4/container/state`);
    ({ state } = (await answer.json()) as { state: string });
    expect(["loaded", "loading", "not_loaded"], `its log: ${log}`).toContain(state);
  }
  return url;
}
