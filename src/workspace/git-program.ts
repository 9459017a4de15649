import { execFile } from "node:child_process";
import { PointsmanError } from "../errors.ts";

/**
 * Runs the user's git program, so that their identity, hooks and signing count. Arguments are an
 * array: no shell reads them.
 * @param cwd where it runs
 * @returns its standard output, trimmed
 * @throws PointsmanError `git-missing`, `git-failed` with what git said
 */
export function runGit(cwd: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("git", [...args], { cwd, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else if (error.code === "ENOENT") {
        reject(
          new PointsmanError("git-missing", "The git program is needed for this and was not found.", {
            hint: "Install git, or commit with the tool you use.",
          }),
        );
      } else {
        const said = (stderr.trim() || stdout.trim() || error.message).split("\n").slice(0, 20).join("\n  ");
        reject(new PointsmanError("git-failed", `git ${args[0] ?? ""} failed:\n  ${said}`, { cause: error }));
      }
    });
  });
}

/**
 * Commits one file, whatever else is edited or staged.
 * @param path from the root of the working tree
 * @returns the new commit's id
 */
export async function commitFile(workTree: string, path: string, message: string): Promise<string> {
  await runGit(workTree, ["add", "--all", "--", path]);
  await runGit(workTree, ["commit", "--quiet", "--message", message, "--only", "--", path]);
  return runGit(workTree, ["rev-parse", "HEAD"]);
}

/**
 * What makes a commit of one file impossible, found before the file is edited.
 * @throws PointsmanError `git-missing`; `git-failed` where the file has edits that are not committed
 */
export async function refuseUncommittable(workTree: string, path: string): Promise<void> {
  const status = await runGit(workTree, ["status", "--porcelain", "--", path]);
  if (status !== "") {
    throw new PointsmanError(
      "git-failed",
      `${path} has edits that are not committed: --commit would take them along.`,
      {
        hint: "Commit or undo them first, or leave --commit out. Nothing was written.",
      },
    );
  }
}
