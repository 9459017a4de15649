#!/usr/bin/env node
import { CommanderError } from "commander";
import { asksForJson } from "./arguments.ts";
import { exitCodes } from "./commands/command.ts";
import { PointsmanError } from "./errors.ts";
import { printable } from "./pointer/printable.ts";
import { type GlobalOptions, type Run, buildProgram } from "./program.ts";
import { profileText, startProfile } from "./profile.ts";
import { renderError, renderJsonError } from "./render/error.ts";
import { style } from "./render/style.ts";
import { hasColor, openTerminal, page } from "./terminal.ts";

const isJson = asksForJson(process.argv.slice(2));
const program = buildProgram(runCommand).configureOutput({
  writeErr: (text) => void (isJson || process.stderr.write(text)),
});

/** Whether stdout has taken all that it was given. */
let isPrinted = true;

// Not awaited: what commands load may stand in the same file of the bundle as this, and would wait for it.
void main();

async function runCommand(run: Run, options: GlobalOptions): Promise<void> {
  if (options.profile === true) startProfile();
  enter(options.dir);
  const terminal = openTerminal({
    stdin: process.stdin,
    stderr: process.stderr,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
  });
  const { exitCode, output, isLong } = await run(
    { dir: ".", format: options.format },
    {
      ...terminal,
      environment: process.env,
      print: (text) => void process.stdout.write(text),
      version: program.version() ?? "",
      self: [process.execPath, process.argv[1] ?? ""],
      style: style({
        color: hasColor(options.color, process.stdout, process.env),
        isTerminal: process.stdout.isTTY,
      }),
      takeInterrupts: (say = terminal.note) => takeInterrupts(say),
      stderrIsTerminal: process.stderr.isTTY,
    },
  );
  if (isLong === true && process.stdout.isTTY && options.format === "text") {
    await page(output, process.stdout, process.env);
  } else process.stdout.write(output);
  process.stderr.write(profileText());
  endWith(exitCode);
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

/** The first Ctrl-C asks the command to end; a second one ends it. */
function takeInterrupts(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      say("Stopping: what is under way is finished. Once more stops at once.");
      controller.abort();
    });
  }
  return controller.signal;
}

async function main(): Promise<void> {
  // A pager that was closed is no error, and what nobody reads any more does not stop a sync.
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    process.stderr.write(`error: The result could not be printed (${code ?? message}).\n`);
    isPrinted = false;
    endWith(process.exitCode);
  });
  try {
    await program.parseAsync();
  } catch (error) {
    endWith(fail(error));
  }
}

/** The one place where errors end: people get a sentence and a hint, programs get JSON. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    const message = error.code === "commander.help" ? "No command is given." : error.message;
    if (isJson) process.stdout.write(renderJsonError("usage", message.replace(/^error: /, "")));
    return exitCodes.mustFix;
  }
  const isBug = !(error instanceof PointsmanError);
  const code = isBug ? "bug" : error.code;
  const message = error instanceof Error ? error.message : String(error);
  if (isJson) process.stdout.write(renderJsonError(code, message, isBug ? undefined : error.hint));
  else process.stderr.write(explain(error));
  if (code === "interrupted") return exitCodes.interrupted;
  return isBug || code === "bug" ? exitCodes.bug : exitCodes.mustFix;
}

function explain(error: unknown): string {
  const { color, verbose } = program.opts<GlobalOptions>();
  const { isTTY } = process.stderr;
  return renderError(
    error,
    style({ color: hasColor(color, process.stderr, process.env), isTerminal: isTTY }),
    verbose === true,
  );
}
