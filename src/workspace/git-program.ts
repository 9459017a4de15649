import { execFile } from "node:child_process";
import { PointsmanError } from "../errors.ts";
import { ofThisRepository } from "../git/run-git.ts";
import type { Environment } from "../model/environment.ts";
import { printable } from "../pointer/printable.ts";
import { counted } from "../profile.ts";

/**
 * Runs the user's git program, so that their identity, hooks and signing count. Arguments are an
 * array: no shell reads them.
 * @param cwd where it runs, in the repository that is meant whatever `GIT_DIR` and its like say
 * @returns its standard output, trimmed
 * @throws PointsmanError `git-missing`, `git-failed` with what git said
 */
export function runGit(cwd: string, args: readonly string[], environment: Environment): Promise<string> {
  counted("processes");
  return new Promise((resolve, reject) => {
    const options = { cwd, env: ofThisRepository(environment), maxBuffer: 16 * 1024 * 1024 };
    const git = execFile("git", [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else if (error.code === "ENOENT") {
        reject(
          new PointsmanError("git-missing", "The git program is needed for this and was not found.", {
            hint: "Install git, or put it on the PATH.",
          }),
        );
      } else {
        const said = (stderr.trim() || stdout.trim() || error.message).split("\n").slice(0, 20);
        const command = args.find((arg) => !arg.startsWith("-")) ?? "";
        reject(
          new PointsmanError("git-failed", `git ${command} failed:\n  ${said.map(printable).join("\n  ")}`, {
            cause: error,
          }),
        );
      }
    });
    // A hook that reads its input must not wait for ever.
    git.stdin?.end();
  });
}

/**
 * Commits some files, whatever else is edited or staged. Where git or a hook refuses, nothing of them is
 * left staged.
 * @param paths from the root of the working tree
 * @returns the new commit's id
 * @throws PointsmanError `git-failed`
 */
export async function commitFiles(
  workTree: string,
  paths: readonly string[],
  message: string,
  environment: Environment,
): Promise<string> {
  const git = (...args: string[]): Promise<string> => runGit(workTree, args, environment);
  // A new file has to be known to git before a commit of it alone; its content is not staged by that.
  const add = (...options: string[]): Promise<string> =>
    git(...literal("add", "--intent-to-add", ...options, "--", ...paths));
  // Where a sparse checkout leaves its folder out, git 2.34 and newer want to be told that it is meant.
  await add("--sparse")
    .catch(() => add())
    .catch(() => "");
  try {
    await git(...literal("commit", "--quiet", "--message", message, "--only", "--", ...paths));
  } catch (error) {
    await git(...literal("reset", "--quiet", "--", ...paths)).catch(() => "");
    if (!(error instanceof PointsmanError) || error.code !== "git-failed") throw error;
    throw new PointsmanError("git-failed", error.message, {
      hint: `${paths.map(printable).join(", ")} is edited and not committed: commit it yourself, or undo the edit with git.`,
      cause: error.cause,
    });
  }
  return git("rev-parse", "HEAD");
}

/**
 * What makes a commit of one file impossible, found before the file is edited.
 * @throws PointsmanError `git-missing`; `git-failed` where the file has edits that are not committed,
 *   or git ignores it
 */
export async function refuseUncommittable(
  workTree: string,
  path: string,
  environment: Environment,
): Promise<void> {
  const git = (...args: string[]): Promise<string> => runGit(workTree, args, environment);
  const options = ["--porcelain", "--ignored", "--untracked-files"];
  const status = await git(...literal("status", ...options, "--", path)).catch((error: unknown) => {
    if (!(error instanceof PointsmanError) || error.code !== "git-missing") throw error;
    const hint = "Install git, or leave --commit out and commit with the tool you use. Nothing was written.";
    throw new PointsmanError("git-missing", error.message, { hint, cause: error.cause });
  });
  if (status !== "") {
    throw new PointsmanError(
      "git-failed",
      `${printable(path)} has edits that are not committed: --commit would take them along.`,
      {
        hint: "Commit or undo them first, or leave --commit out. Nothing was written.",
      },
    );
  }
  const ignored = await git("check-ignore", "--", path).catch((error: unknown) => {
    // It exits 1 and says nothing where the path is not ignored.
    if (error instanceof PointsmanError && error.code === "git-failed") return "";
    throw error;
  });
  if (ignored !== "") {
    throw new PointsmanError("git-failed", `${printable(path)} is ignored by git: it cannot be committed.`, {
      hint: "Change .gitignore, or leave --commit out. Nothing was written.",
    });
  }
}

/** A path is a path, not a pattern. */
function literal(...args: string[]): string[] {
  return ["--literal-pathspecs", ...args];
}
