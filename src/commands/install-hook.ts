import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PointsmanError } from "../errors.ts";
import type { Environment } from "../model/environment.ts";
import { printable } from "../pointer/printable.ts";
import { runGit } from "../workspace/git-program.ts";
import type { Deps } from "./command.ts";
import { shellWord } from "./shell-word.ts";

/**
 * Installs git's own pre-commit hook, where this repository (or worktree) looks for hooks. A hook that is
 * there stays.
 * @param folder of the pointer repository
 * @param deps.self the program and its first arguments that run pointsman
 * @returns the hook's path; null where it is there already
 * @throws PointsmanError `file-invalid` where there is another hook, or hooks are shared with other
 *   repositories; `git-missing`, `git-failed`
 */
export async function installHook(
  folder: string,
  { self, environment }: Pick<Deps, "self" | "environment">,
): Promise<string | null> {
  const git = (at: string, ...args: string[]): Promise<string> => runGit(at, args, environment);
  const top = await git(folder, "rev-parse", "--show-toplevel");
  const path = (await git(folder, "rev-parse", "--show-prefix")).replace(/\/$/, "");
  const line = ["pointsman", ...(path === "" ? [] : ["-C", shellWord(path)]), "validate --staged"].join(" ");
  await refuseSharedHooks(top, line, environment);
  const hooks = resolve(top, await git(top, "rev-parse", "--git-path", "hooks"));
  const hook = join(hooks, "pre-commit");
  const text = hookText(line, self, path);
  const there = await readFile(hook, "utf8").catch(() => null);
  if (there === text) return null;
  try {
    await mkdir(hooks, { recursive: true });
    // Never through a link, and never over what is there.
    await writeFile(hook, text, { flag: "wx", mode: 0o755 });
    await chmod(hook, 0o755);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") {
      // Half a hook would be run, and taken for somebody's own the next time.
      await rm(hook).catch(() => undefined);
      throw new PointsmanError(
        "file-invalid",
        `${printable(hook)} cannot be written: ${printable(message)}.`,
      );
    }
    throw new PointsmanError("file-invalid", `There is a pre-commit hook already: ${printable(hook)}.`, {
      hint: `It stays as it is. Add this line to it: ${line}`,
    });
  }
  return hook;
}

/** Hooks that a user's or a machine's configuration names would run in other repositories too. */
async function refuseSharedHooks(top: string, line: string, environment: Environment): Promise<void> {
  const said = await runGit(top, ["config", "--show-scope", "--get", "core.hooksPath"], environment).catch(
    (error: unknown) => {
      // It exits 1 and says nothing where none is configured.
      if (error instanceof PointsmanError && error.code === "git-failed") return "";
      throw error;
    },
  );
  const [, scope, hooksPath = ""] = /^(system|global)\t([^]*)$/.exec(said) ?? [];
  if (scope === undefined) return;
  throw new PointsmanError(
    "file-invalid",
    `core.hooksPath is ${scope} (${printable(hooksPath)}): a hook there would run in your other repositories too.`,
    { hint: `Add this line to the hook that you have there: ${line}` },
  );
}

function hookText(line: string, self: readonly string[], path: string): string {
  const [node = "node", ...rest] = self;
  const own = [node, ...rest].map(shellWord).join(" ");
  // Other branches of a larger repository may have no such folder.
  const onlyThere = path === "" ? "" : `[ -d ${shellWord(path)} ] || exit 0\n`;
  return `#!/bin/sh
# Made by \`pointsman init --hooks\`: refuses a commit while the pointers that are staged for it have
# problems. \`git commit --no-verify\` goes past it.
${onlyThere}if command -v pointsman >/dev/null 2>&1; then
  exec ${line}
fi
if [ -f ${shellWord(rest.at(-1) ?? node)} ]; then
  exec ${own}${path === "" ? "" : ` -C ${shellWord(path)}`} validate --staged
fi
echo "pre-commit: pointsman is not installed any more, so the pointers were not checked." >&2
exit 1
`;
}
