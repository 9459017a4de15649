import { clearLine, createInterface, cursorTo } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { PointsmanError } from "./errors.ts";

/** The streams and switches of one command line. */
export interface TerminalOptions {
  readonly stdin: ReadStream;
  readonly stderr: WriteStream;
  readonly quiet: boolean;
}

/** Everything said beside the result: notes, progress, questions. All of it goes to stderr. */
export interface Terminal {
  readonly note: (text: string) => void;
  readonly progress: (text: string) => void;
  readonly progressEnd: () => void;
  /** Null where nobody sits at both ends. */
  readonly confirm: ((about: string, question: string) => Promise<boolean>) | null;
}

/** Whether a stream gets colours (https://no-color.org). */
export function hasColor(
  when: "auto" | "always" | "never",
  { isTTY }: { readonly isTTY: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (when !== "auto") return when === "always";
  return isTTY && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
}

/** Milliseconds between two lines of progress where there is no terminal to write in place. */
const lineInterval = 5000;

export function openTerminal({ stdin, stderr, quiet }: TerminalOptions): Terminal {
  let shown = false;
  let lastLine = Date.now();
  const progressEnd = (): void => {
    if (!shown) return;
    clearLine(stderr, 0);
    cursorTo(stderr, 0);
    shown = false;
  };
  const note = (text: string): void => {
    if (quiet) return;
    progressEnd();
    stderr.write(`${text}\n`);
  };
  return {
    note,
    progressEnd,
    progress(text) {
      if (quiet) return;
      if (stderr.isTTY) {
        progressEnd();
        stderr.write(text);
        shown = true;
      } else if (Date.now() - lastLine >= lineInterval) {
        lastLine = Date.now();
        note(text);
      }
    },
    confirm: stdin.isTTY && stderr.isTTY ? (about, question) => ask(about, question, stdin, stderr) : null,
  };
}

/** Yes only where somebody types it: Ctrl-D is no. Only the question is the prompt's own: it is drawn again with each key. */
function ask(about: string, question: string, input: ReadStream, output: WriteStream): Promise<boolean> {
  output.write(about);
  const prompt = createInterface({ input, output });
  return new Promise((resolve, reject) => {
    prompt.once("close", () => resolve(false));
    prompt.once("SIGINT", () => {
      output.write("\n");
      reject(new PointsmanError("interrupted", "Nothing was written."));
      prompt.close();
    });
    prompt.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      prompt.close();
    });
  });
}
