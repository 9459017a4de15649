import type { ReadStream, WriteStream } from "node:tty";
import { runCommandLine } from "../../src/command-line.ts";

/** What a command line came to that was run in this process. */
export interface RanHere {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * A command line in this process, without the 0.2 s of processor time that starting the program takes: all of it
 * but cli.ts and the bundle. One after another: the process has one working folder.
 */
export function runHere(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<RanHere> {
  const ran = turn.then(async () => {
    const back = process.cwd();
    const [stdout, stderr] = [recorder(), recorder()];
    process.chdir(cwd);
    try {
      const code = await runCommandLine(args, {
        stdin: { isTTY: false } as ReadStream,
        stdout: stdout.stream,
        stderr: stderr.stream,
        environment: env,
        self: [process.execPath],
        enter: (folder) => process.chdir(folder),
        whenUnprinted: () => undefined,
        takeInterrupts: () => new AbortController().signal,
      });
      return { code, stdout: stdout.text(), stderr: stderr.text() };
    } finally {
      process.chdir(back);
    }
  });
  turn = ran.catch(() => undefined);
  return ran;
}

function recorder(): { readonly stream: WriteStream; readonly text: () => string } {
  let all = "";
  const stream = { isTTY: false, write: (text: string) => ((all += text), true) };
  return { stream: stream as unknown as WriteStream, text: () => all };
}
