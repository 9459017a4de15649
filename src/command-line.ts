import type { ReadStream, WriteStream } from "node:tty";
import { CommanderError } from "commander";
import { asksForJson } from "./arguments.ts";
import { exitCodes } from "./commands/command.ts";
import { PointsmanError } from "./errors.ts";
import { meantWords } from "./meant-words.ts";
import type { Environment } from "./model/environment.ts";
import { type Execute, type GlobalOptions, buildProgram } from "./program.ts";
import { profileText, startProfile } from "./profile.ts";
import { renderError, renderJsonError } from "./render/error.ts";
import { type Style, style } from "./render/style.ts";
import { hasColor, isScreen, openTerminal, page } from "./terminal.ts";
import { tellWaits } from "./waiting.ts";

/** What a command line has of the process it runs in. */
export interface CommandLineIo {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  readonly environment: Environment;
  /** The program and its first arguments: they run another command line. */
  readonly self: readonly string[];
  /** Makes a folder the one that paths start from. Throws where that is impossible. */
  readonly enter: (folder: string) => void;
  /** What to say where the result cannot be printed. */
  readonly whenUnprinted: (text: string) => void;
  /** From this call on the signals tell `say`, and nobody from before, and abort what is given: always the same. */
  readonly takeInterrupts: (
    signals: readonly NodeJS.Signals[],
    say: (text: string) => void,
    atOnce: number,
  ) => AbortSignal;
}

/** Runs one command line and prints what comes of it. Never throws: gives the exit code. */
export async function runCommandLine(args: readonly string[], io: CommandLineIo): Promise<number> {
  const { stdout, stderr, environment } = io;
  const isJson = asksForJson(args);
  let code: number = exitCodes.done;
  const execute: Execute = async (run, options, { asksRemote }) => {
    if (options.profile === true) startProfile();
    io.enter(options.dir);
    const terminal = openTerminal({
      stdin: io.stdin,
      stderr,
      quiet: options.quiet === true,
      verbose: options.verbose === true,
      environment,
    });
    const tellNoMore = tellWaits({
      ...terminal,
      progress: isScreen(stderr, environment) ? terminal.progress : null,
    });
    let endsItself = false;
    let whatIsDone = "nothing was written";
    const interrupted = new Promise<never>((_, reject) => {
      if (!asksRemote) return;
      const signal = io.takeInterrupts(["SIGINT"], () => undefined, exitCodes.interrupted);
      // Not once the command has begun to write: what is under way is finished then.
      signal.addEventListener("abort", () => {
        if (!endsItself) reject(new PointsmanError("interrupted", `Interrupted: ${whatIsDone}.`));
      });
    });
    const running = run(
      { dir: ".", format: options.format },
      {
        ...terminal,
        environment,
        print: (text) => void stdout.write(text),
        version: program.version() ?? "",
        self: io.self,
        style: styleOf(stdout, options.color, environment),
        takeInterrupts: (say = terminal.note, atOnce = exitCodes.interrupted) => {
          endsItself = true;
          return io.takeInterrupts(["SIGINT", "SIGTERM"], say, atOnce);
        },
        mayHaveWritten: (what) => (whatIsDone = `whether ${what} is not known`),
        stderrIsTerminal: stderr.isTTY,
      },
    );
    const { exitCode, output, isLong, done } = await Promise.race([running, interrupted]).finally(tellNoMore);
    if (done !== undefined) io.whenUnprinted(done);
    const isPaged = isLong === true && options.format === "text" && isScreen(stdout, environment);
    if (isPaged) await page(output, stdout, environment);
    else stdout.write(output);
    stderr.write(profileText());
    code = exitCode;
  };
  const program = buildProgram(execute, {
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void (isJson || stderr.write(text)),
    outputError: (text, write) => write(`${meantWords(text.trimEnd(), args)}\n`),
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    const { color, verbose } = program.opts<GlobalOptions>();
    return fail(error, args, {
      json: isJson ? (text) => void stdout.write(text) : null,
      explain: () =>
        void stderr.write(renderError(error, styleOf(stderr, color, environment), verbose === true)),
    });
  }
}

/** The one place where errors end: people get a sentence and a hint, programs get JSON. Gives the exit code. */
function fail(
  error: unknown,
  args: readonly string[],
  tell: { readonly json: ((text: string) => void) | null; readonly explain: () => void },
): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    const message = error.code === "commander.help" ? "No command is given." : error.message;
    tell.json?.(renderJsonError("usage", meantWords(message, args).replace(/^error: /, "")));
    return exitCodes.mustFix;
  }
  const isBug = !(error instanceof PointsmanError);
  const code = isBug ? "bug" : error.code;
  const message = error instanceof Error ? error.message : String(error);
  if (tell.json === null) tell.explain();
  else tell.json(renderJsonError(code, message, isBug ? undefined : error.hint));
  if (code === "interrupted") return exitCodes.interrupted;
  return isBug || code === "bug" ? exitCodes.bug : exitCodes.mustFix;
}

function styleOf(stream: WriteStream, color: GlobalOptions["color"], environment: Environment): Style {
  return style({ color: hasColor(color, stream, environment), isTerminal: stream.isTTY });
}
