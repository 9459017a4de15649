import type { ReadStream, WriteStream } from "node:tty";
import type { Environment } from "./model/environment.ts";
import { PointsmanError } from "./errors.ts";

/** The streams and switches of one command line. */
export interface TerminalOptions {
  readonly stdin: ReadStream;
  readonly stderr: WriteStream;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly environment: Environment;
}

/** Everything said beside the result: notes, progress, questions. All of it goes to stderr. */
export interface Terminal {
  readonly note: (text: string) => void;
  readonly verbose: (text: string) => void;
  readonly progress: (text: string) => void;
  readonly progressEnd: () => void;
  /** Null where nobody sits at both ends. */
  readonly confirm: ((about: string, question: string) => Promise<boolean>) | null;
}

/** Whether what a stream shows can be erased and shown by pages: a dumb terminal takes no codes for that. */
export function isScreen({ isTTY }: { readonly isTTY?: boolean }, environment: Environment): boolean {
  return isTTY === true && environment["TERM"] !== "dumb";
}

/** Whether a stream gets colours (https://no-color.org). */
export function hasColor(
  when: "auto" | "always" | "never",
  stream: { readonly isTTY?: boolean },
  environment: Environment,
): boolean {
  if (when !== "auto") return when === "always";
  // Of a pipe it is undefined, which picocolors would take for "as in CI": coloured.
  return isScreen(stream, environment) && (environment["NO_COLOR"] ?? "") === "";
}

/** Milliseconds between two lines of progress where there is no screen to write in place. */
const lineInterval = 5000;
/** The same in place: nobody reads faster, and thousands of pointers would each draw it anew. */
const drawInterval = 50;

export function openTerminal({ stdin, stderr, quiet, verbose, environment }: TerminalOptions): Terminal {
  const isInPlace = isScreen(stderr, environment);
  let shown = false;
  let last = isInPlace ? 0 : Date.now();
  const progressEnd = (): void => {
    if (!shown) return;
    stderr.clearLine(0);
    stderr.cursorTo(0);
    shown = false;
  };
  const note = (text: string): void => {
    if (quiet) return;
    progressEnd();
    stderr.write(`${text}\n`);
  };
  return {
    note,
    verbose: (text) => (verbose ? note(text) : undefined),
    progressEnd,
    progress(text) {
      const now = Date.now();
      if (quiet || now - last < (isInPlace ? drawInterval : lineInterval)) return;
      last = now;
      if (!isInPlace) {
        note(text);
        return;
      }
      progressEnd();
      // Only the last row is cleared: of a longer text the others would stay.
      stderr.write(text.slice(0, (stderr.columns || 80) - 1));
      shown = true;
    },
    confirm: stdin.isTTY && stderr.isTTY ? (about, question) => ask(about, question, stdin, stderr) : null,
  };
}

/** Yes only where somebody types it: Ctrl-D is no. Only the question is the prompt's own: it is drawn again with each key. */
async function ask(
  about: string,
  question: string,
  input: ReadStream,
  output: WriteStream,
): Promise<boolean> {
  const { createInterface } = await import("node:readline");
  output.write(about);
  const prompt = createInterface({ input, output });
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    prompt.once("close", () => {
      // Ctrl-C and Ctrl-D leave the cursor behind the question.
      if (!isAnswered) output.write("\n");
      resolve(false);
    });
    prompt.once("SIGINT", () => {
      reject(new PointsmanError("interrupted", "Nothing was written."));
      prompt.close();
    });
    prompt.question(`${question} [y/N] `, (answer) => {
      isAnswered = true;
      resolve(/^y(es)?$/i.test(answer.trim()));
      prompt.close();
    });
  });
}

/**
 * Shows a long text as git does: in `GIT_PAGER` or `PAGER`, or less. Written to `stdout` where there is no
 * pager, or it cannot be run.
 */
export async function page(text: string, stdout: WriteStream, environment: Environment): Promise<void> {
  const pager = environment["GIT_PAGER"] ?? environment["PAGER"] ?? "less";
  if (pager === "" || pager === "cat") {
    stdout.write(text);
    return;
  }
  // F: a text of less than a screen is just printed. The user's own LESS counts more.
  const env = { LESS: "FRX", ...environment };
  const { spawn } = await import("node:child_process");
  const child = spawn(pager, { shell: true, stdio: ["pipe", "inherit", "inherit"], env });
  // Whoever leaves the pager early has read enough.
  child.stdin.on("error", () => undefined);
  child.stdin.end(text);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", resolve);
  });
  if (code === 127) stdout.write(text);
}
