#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";
import { exitCodes } from "./commands/command.ts";
import { PointsmanError } from "./errors.ts";
import { printable } from "./pointer/printable.ts";

/** Whether stdout has taken all that it was given. */
let isPrinted = true;
/** What is said where it has not. */
let unprinted = "";
/** Once Ctrl-C is taken: who is told of it, and the exit code of a second one. */
let interrupts:
  | {
      readonly controller: AbortController;
      readonly say: (text: string) => void;
      readonly atOnce: number;
    }
  | undefined;

// Not awaited: what commands load may stand in the same file of the bundle as this, and would wait for it.
void main();

async function main(): Promise<void> {
  // A pager that was closed is no error, and what nobody reads any more does not stop a sync.
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    process.stderr.write(`error: The result could not be printed (${code ?? message}).\n${unprinted}`);
    isPrinted = false;
    endWith(process.exitCode);
  });
  const code = await runCommandLine(process.argv.slice(2), {
    // Opened only by commands.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    self: [process.execPath, process.argv[1] ?? ""],
    enter,
    whenUnprinted: (text) => (unprinted = `  ${text}\n`),
    takeInterrupts,
  });
  endWith(code);
  // What was left in the middle may still wait for an answer.
  if (code === exitCodes.interrupted) process.stdout.write("", () => process.exit());
}

/** Sets the exit code. What a sync has done is said by its own, also where its result could not be printed. */
function endWith(code: NodeJS.Process["exitCode"]): void {
  process.exitCode = isPrinted ? code : code || exitCodes.mustFix;
}

/** As git's -C does it: also the files that options name are then looked for there. */
function enter(folder: string): void {
  try {
    process.chdir(folder);
    process.cwd();
  } catch (error) {
    throw new PointsmanError("usage", `There is no folder ${printable(folder)} to work in.`, {
      cause: error,
    });
  }
}

/**
 * The first of the signals asks the command to end; a second one ends it, with this exit code. Whoever took them
 * last is told of the first.
 */
function takeInterrupts(
  signals: readonly NodeJS.Signals[],
  say: (text: string) => void,
  atOnce: number,
): AbortSignal {
  const controller = interrupts?.controller ?? new AbortController();
  // What has been told to end starts nothing that another exit code would stand for.
  if (!controller.signal.aborted) interrupts = { controller, say, atOnce };
  for (const signal of signals) if (process.listenerCount(signal) === 0) process.on(signal, interrupt);
  return controller.signal;
}

const unfinished =
  "Stopped at once: what was under way may be written or not. Run it again: it writes only what is still to do.";

function interrupt(): void {
  if (interrupts === undefined || interrupts.controller.signal.aborted) {
    if (interrupts?.atOnce === exitCodes.partial) interrupts.say(unfinished);
    process.exit(interrupts?.atOnce);
  }
  interrupts.say("Stopping: what is under way is finished. Once more stops at once.");
  interrupts.controller.abort();
}
