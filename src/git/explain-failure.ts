import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";

/** Why a git command failed, in a sentence: what it said, cut and printable. */
export function explainFailure(args: readonly string[], said: string, code: number): PointsmanError {
  const lines = said
    .split("\n")
    .map((line) => printable(line.trim()))
    .filter((line) => line !== "")
    .slice(0, 10);
  const untrusted = /dubious ownership in repository at '(.*)'/.exec(said)?.[1];
  if (untrusted !== undefined) {
    // https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
    return new PointsmanError(
      "repository-unsupported",
      `git does not read ${printable(untrusted)}: it belongs to another user (dubious ownership).`,
      { hint: lines.find((line) => line.startsWith("git config")) ?? "Set safe.directory in git's config." },
    );
  }
  return new PointsmanError(
    "git-failed",
    `git ${args[0] ?? ""} failed (exit ${code}): ${lines.join("\n  ")}`,
  );
}

/** Why git did not even start. */
export function explainStart(error: NodeJS.ErrnoException): PointsmanError {
  if (error.code === "ENOENT")
    return new PointsmanError("git-missing", "The git program was not found.", { hint: "Install git." });
  if (error.code === "EACCES") {
    return new PointsmanError("git-missing", "The git program may not be run here (EACCES).", {
      hint: "Look for a file `git` on the PATH that may not be executed, or install git.",
      cause: error,
    });
  }
  return new PointsmanError("git-failed", `git could not be started (${error.code ?? error.message}).`, {
    hint: "This machine may be short of memory or processes.",
    cause: error,
  });
}
