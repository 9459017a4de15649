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
