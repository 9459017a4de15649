import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { PointsmanError } from "../errors.ts";
import type { Environment } from "../model/environment.ts";
import { counted } from "../profile.ts";
import { explainFailure, explainStart } from "./explain-failure.ts";

/**
 * Git's own variables that are the user's to set: identity, configuration, what a new repository begins with, and
 * how a server is reached. Any other (GIT_DIR, GIT_INDEX_FILE, GIT_EXTERNAL_DIFF, …) would make git read something
 * else than what is meant: a hook that runs pointsman has them set.
 */
const kept =
  /^GIT_(CONFIG_.*|AUTHOR_.*|COMMITTER_.*|SSH.*|ASKPASS|SSL_.*|HTTP_.*|PROXY_.*|CURL_.*|ALLOW_PROTOCOL|PROTOCOL.*|NO_LAZY_FETCH|TRACE.*|TEMPLATE_DIR|DEFAULT_.*)$/;

/** Nothing that the repository configures is run, and nothing changes what is printed. */
const settings = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.quotePath=false",
  "core.pager=cat",
  "log.showSignature=false",
  "log.follow=false",
  "gc.auto=0",
  "maintenance.auto=false",
];

/** What a command may print at most, in bytes, where its output is collected. */
const mostOutput = 256 * 1024 * 1024;
/** What is kept of what it says to stderr, in bytes. */
const mostSaid = 64 * 1024;

/** Runs git in one place. Arguments are arrays, so no shell reads them. */
export interface Git {
  /**
   * Runs a command to its end.
   * @returns its standard output
   * @throws PointsmanError `git-missing`, `git-failed` with what git said
   */
  run(args: readonly string[]): Promise<Buffer>;
  /** The same for a command that says no by exiting 1. Null then. */
  ask(args: readonly string[]): Promise<Buffer | null>;
  /**
   * The output of a command, as it comes. Ending the iteration ends the command.
   * @param input what it reads
   */
  stream(args: readonly string[], input?: string): AsyncIterable<Buffer>;
  /** Starts a command that is talked with, or may turn out not to be needed. Whoever starts it ends it. */
  start(args: readonly string[]): Started;
}

/** A command that runs. */
export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has said to stderr. */
  readonly said: () => string;
  /**
   * Its exit code, once it has ended.
   * @throws PointsmanError `git-missing`
   */
  readonly exit: Promise<number>;
  /** Whether the program waits for it before it ends. */
  hold(isHeld: boolean): void;
  /** What `stream` gives. */
  output(): AsyncIterable<Buffer>;
}

/**
 * @param folder where git runs: a working tree, or a bare repository
 * @param options.index the index that is read, in place of the repository's usual one
 */
export function gitIn(
  folder: string,
  environment: Environment,
  { index }: { readonly index?: string } = {},
): Git {
  const env = { ...cleaned(environment), ...(index === undefined ? {} : { GIT_INDEX_FILE: index }) };
  const options = ["--literal-pathspecs", "--no-pager", ...settings.flatMap((setting) => ["-c", setting])];
  const start = (args: readonly string[]): Started => {
    const child = spawn("git", [...options, ...args], { cwd: folder, env });
    counted("processes");
    // A command that fails early does not read what it is given; its exit says so.
    child.stdin.on("error", () => undefined);
    const [said, exit] = [collectSaid(child), exitOf(child)];
    // Whoever is no longer interested must not be told later.
    exit.catch(() => undefined);
    return {
      child,
      said,
      exit,
      hold(isHeld) {
        for (const part of [child, child.stdin, child.stdout, child.stderr] as readonly Holding[]) {
          if (isHeld) part.ref?.();
          else part.unref?.();
        }
      },
      async *output() {
        try {
          for await (const chunk of child.stdout) yield chunk as Buffer;
          const code = await exit;
          if (code !== 0) throw explainFailure(args, said(), code);
        } finally {
          await end(child);
        }
      },
    };
  };

  const finish = async (args: readonly string[]): Promise<{ code: number; output: Buffer; said: string }> => {
    const { child, said, exit } = start(args);
    child.stdin.end();
    const output: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostOutput) output.push(chunk);
      else child.kill();
    });
    const code = await exit;
    if (size > mostOutput) {
      throw new PointsmanError("git-failed", `git ${args[0] ?? ""} printed more than 256 MiB.`, {
        hint: "This repository is too large for what was asked.",
      });
    }
    return { code, output: Buffer.concat(output), said: said() };
  };

  return {
    start,
    async run(args) {
      const { code, output, said } = await finish(args);
      if (code !== 0) throw explainFailure(args, said, code);
      return output;
    },
    async ask(args) {
      const { code, output, said } = await finish(args);
      if (code !== 0 && code !== 1) throw explainFailure(args, said, code);
      return code === 0 ? output : null;
    },
    stream(args, input = "") {
      const started = start(args);
      started.child.stdin.end(input);
      return started.output();
    },
  };
}

/** What keeps a program alive, or does not. Pipes have it too, whatever their types say. */
interface Holding {
  ref?(): unknown;
  unref?(): unknown;
}

function collectSaid(child: ChildProcessWithoutNullStreams): () => string {
  const said: Buffer[] = [];
  let size = 0;
  child.stderr.on("data", (chunk: Buffer) => {
    if (size < mostSaid) said.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(said).subarray(0, mostSaid).toString();
}

function exitOf(child: ChildProcessWithoutNullStreams): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(explainStart(error)));
    child.once("close", (code) => resolve(code ?? 128));
  });
}

/** Ends a command that may still run, and waits until it has. */
async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill();
  await gone;
}

/** The environment without what would have git look into another repository than the one where it is run. */
export function ofThisRepository(environment: Environment): NodeJS.ProcessEnv {
  const rest = Object.entries(environment).filter(([name]) => !name.startsWith("GIT_") || kept.test(name));
  return Object.fromEntries(rest);
}

function cleaned(environment: Environment): NodeJS.ProcessEnv {
  const rest = ofThisRepository(environment);
  return { ...rest, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
}
