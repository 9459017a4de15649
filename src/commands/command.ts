import type { Environment } from "../model/environment.ts";
import { timed } from "../profile.ts";
import { jsonText } from "../render/json.ts";
import type { Style } from "../render/style.ts";

/** How results may be printed. All commands have text and JSON; formats.ts says which have others. */
export type Format = "text" | "json" | "markdown" | "github" | "sarif" | "codequality";

/** What the command line gives every command. */
export interface CommonOptions {
  /** Where to look for the repository. */
  readonly dir: string;
  readonly format: Format;
}

/** The world as a command may touch it: cli.ts gives the real one. */
export interface Deps {
  readonly environment: Environment;
  readonly style: Style;
  /** Tells the user something that is no result: to stderr, dropped by --quiet. */
  readonly note: (text: string) => void;
  /** Tells how something is done: to stderr, where --verbose asks for it. */
  readonly verbose: (text: string) => void;
  /** Shows how far long work is: in place on a terminal, now and then as a line elsewhere. */
  readonly progress: (text: string) => void;
  /** Ends what `progress` shows. */
  readonly progressEnd: () => void;
  /**
   * For what is to be finished once it is begun. From this call on Ctrl-C no longer ends the command: it aborts the
   * signal, and the command ends itself; once more ends the process with the exit code `atOnce`. `say` is told,
   * else the user.
   */
  readonly takeInterrupts: (say?: (text: string) => void, atOnce?: number) => AbortSignal;
  /** A single write is about to be sent, which Ctrl-C does not wait for: it then says that "whether WHAT is not known". */
  readonly mayHaveWritten: (what: string) => void;
  /** Whether a person reads stderr as it is written. */
  readonly stderrIsTerminal: boolean;
  /** Prints a part of the result at once, for commands that a person follows. */
  readonly print: (text: string) => void;
  /** The program's own version. */
  readonly version: string;
  /** The program and its first arguments that run this command line again. */
  readonly self: readonly string[];
  /**
   * Shows what it is about and asks yes or no; null where nobody can be asked.
   * @throws PointsmanError `interrupted` on Ctrl-C
   */
  readonly confirm: ((about: string, question: string) => Promise<boolean>) | null;
}

export interface CommandResult {
  readonly exitCode: number;
  /** What goes to stdout. */
  readonly output: string;
  /** Whether it may be longer than a screen, so that a terminal wants a pager. */
  readonly isLong?: boolean;
  /** What was done, in a sentence, where somebody has to know it though the output cannot be printed. */
  readonly done?: string;
}

/** One of the exit codes that scripts may rely on (README, "Exit codes"). */
export const exitCodes = { done: 0, mustFix: 1, changes: 2, partial: 3, bug: 70, interrupted: 130 } as const;

/**
 * A result in the format that was asked for: JSON is printed whole, text as `render` makes it.
 * @param others the formats that this command has besides
 */
export function result(
  { format }: CommonOptions,
  exitCode: number,
  json: unknown,
  render: () => string,
  others: Partial<Record<Format, () => string>> = {},
): CommandResult {
  const output = timed("render", () => (format === "json" ? jsonText(json) : (others[format] ?? render)()));
  return { exitCode, output };
}
