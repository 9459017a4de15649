import type { Problem } from "./model/problem.ts";

/**
 * Every way pointsman can refuse, by a stable code. Problems in a user's files are not errors: they
 * are returned as `Problem`s. The texts are what the README's table of errors says of each.
 */
export const errorCodes = {
  usage: "a command line that cannot be taken",
  "no-repository": "there is no git repository, or no pointers in it",
  "repository-unsupported": "a git repository of a kind that cannot be read",
  "ref-unknown": "no commit has that name",
  "config-invalid": "pointsman.yaml cannot be used",
  "environment-invalid": "an environment variable cannot be used",
  "no-remote": "no remote is named",
  "remote-unreachable": "the remote does not answer",
  "remote-refused": "the remote answered with an error",
  "remote-inconsistent": "the remote's listing is incomplete or contradicts itself",
  "run-failed": "a pipeline took a run and failed, or did not take it yet",
  "file-invalid": "a file cannot be read, parsed or edited",
  "files-have-problems": "validate finds problems in the pointer files",
  "pointer-unknown": "no pointer has that name",
  "pointer-exists": "a pointer of that name is declared already",
  "pointer-in-use": "another pointer depends on this one",
  "target-invalid": "the target would dangle or is no target",
  "plan-invalid": "a saved plan cannot be applied",
  "commit-unmerged": "the branch does not contain the commit",
  "tip-unknown": "the git server could not be asked for the tip of the branch",
  "history-shallow": "this clone's history is too short to tell",
  drift: "somebody moved a pointer by hand, and on_drift is fail",
  "guard-tripped": "the plan does more than the guards allow",
  "not-confirmed": "the user did not agree",
  "git-missing": "the git program is needed and not installed",
  "git-failed": "the git program failed",
  "server-failed": "the registry cannot start",
  "backup-failed": "a registry's data cannot be copied",
  interrupted: "stopped before anything was written",
  bug: "pointsman itself is wrong",
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorCodes;

/**
 * Something the user can cause and mend. `message` says what is wrong and where; `hint` what to do.
 * The command line prints both and never a stack trace.
 */
export class PointsmanError extends Error {
  override readonly name: string = "PointsmanError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** A command that needs files without problems met some: they are shown with it. */
export class ProblemsError extends PointsmanError {
  override readonly name = "ProblemsError";
  readonly problems: readonly Problem[];
  readonly texts: ReadonlyMap<string, string>;

  constructor(problems: readonly Problem[], texts: ReadonlyMap<string, string>, consequence: string) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("files-have-problems", `The files have ${count}: ${consequence}.`);
    this.problems = problems;
    this.texts = texts;
  }
}
