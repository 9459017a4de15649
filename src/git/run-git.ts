import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";

/** Variables that would make git look at another repository than the one that is meant. */
const redirecting =
  /^GIT_(DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|EXTERNAL_DIFF|PAGER|CEILING_DIRECTORIES|.*_PATHSPECS)$/;

/** Nothing of the repository's configuration runs a program or changes what is printed. */
const settings = [
  "core.fsmonitor=false",
  "core.quotePath=false",
  "log.showSignature=false",
  "core.pager=cat",
];

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs git in one place. Arguments are arrays, so no shell reads them. */
export interface Git {
  /**
   * Runs a command to its end.
   * @param input what it reads
   * @returns its standard output
   * @throws PointsmanError `git-missing`, `git-failed` with what git said
   */
  run(args: readonly string[], input?: string): Promise<Buffer>;
  /** The same for a command that says no by exiting 1. Null then. */
  ask(args: readonly string[]): Promise<Buffer | null>;
  /** The output of a command, as it comes. Ending the iteration ends the command. */
  stream(args: readonly string[]): AsyncIterable<Buffer>;
}

/** @param folder where git runs: a working tree, or a bare repository */
export function gitIn(folder: string, environment: Environment): Git {
  const start = (args: readonly string[]): ChildProcessWithoutNullStreams =>
    spawn(
      "git",
      ["--literal-pathspecs", "--no-pager", ...settings.flatMap((setting) => ["-c", setting]), ...args],
      {
        cwd: folder,
        env: cleaned(environment),
      },
    );

  const finish = async (
    args: readonly string[],
    input: string,
    isAnswer: (code: number) => boolean,
  ): Promise<{ code: number; output: Buffer }> => {
    const child = start(args);
    const [output, said]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    // A command that fails early does not read what it is given; its exit says so.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const code = await exitOf(child);
    if (!isAnswer(code)) throw failed(args, Buffer.concat(said).toString(), code);
    return { code, output: Buffer.concat(output) };
  };

  return {
    run: async (args, input = "") => (await finish(args, input, (code) => code === 0)).output,
    async ask(args) {
      const { code, output } = await finish(args, "", (exit) => exit === 0 || exit === 1);
      return code === 0 ? output : null;
    },
    async *stream(args) {
      const child = start(args);
      const said: Buffer[] = [];
      child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
      const exit = exitOf(child);
      // Whoever stops iterating early must not be told of it later.
      exit.catch(() => undefined);
      try {
        for await (const chunk of child.stdout) yield chunk as Buffer;
        const code = await exit;
        if (code !== 0) throw failed(args, Buffer.concat(said).toString(), code);
      } finally {
        child.kill();
      }
    },
  };
}

function exitOf(child: ChildProcessWithoutNullStreams): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "ENOENT"
          ? new PointsmanError("git-missing", "The git program was not found.", { hint: "Install git." })
          : error,
      );
    });
    child.once("close", (code) => resolve(code ?? 128));
  });
}

function failed(args: readonly string[], said: string, code: number): PointsmanError {
  const lines = said.trim().split("\n").slice(0, 10).map(printable);
  return new PointsmanError(
    "git-failed",
    `git ${args[0] ?? ""} failed (exit ${code}): ${lines.join("\n  ")}`,
  );
}

function cleaned(environment: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !redirecting.test(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
}
