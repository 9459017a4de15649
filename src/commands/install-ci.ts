import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PointsmanError } from "../errors.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readSnapshot } from "../workspace/read-snapshot.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import { writeRepositoryFile } from "../workspace/write-file.ts";
import { type CiTarget, ciFiles } from "./ci-files.ts";
import type { Deps } from "./command.ts";

/**
 * Writes the file by which a CI validates, shows and syncs. One that is there stays.
 * @param folder of the pointer repository
 * @returns its path, and the variable that it takes the token from; null where it is there already, as it would
 *   be written
 * @throws PointsmanError `file-invalid` where there is another file; ProblemsError
 */
export async function installCi(
  folder: string,
  ci: keyof typeof ciFiles,
  { environment, version }: Deps,
): Promise<{ readonly path: string; readonly token: string } | null> {
  const workspace = await openWorkspace(folder, environment);
  const { workTree } = workspace.repo;
  if (workTree === null) throw new PointsmanError("no-repository", "A bare repository has no files.");
  const { path, text } = ciFiles[ci];
  const target = await targetOf(workspace);
  const wanted = text({ ...target, version });
  const there = await readFile(join(workTree, path), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw new PointsmanError("file-invalid", `${path} cannot be read: ${error.code ?? "unknown"}.`);
  });
  if (there === wanted) return null;
  if (there !== null) {
    throw new PointsmanError("file-invalid", `There is a file ${path} already: it stays as it is.`, {
      hint: `Move it away, run this again, and put the two together.`,
    });
  }
  await writeRepositoryFile(workTree, { path, text: wanted });
  return { path, token: target.token };
}

/**
 * What pointsman.yaml says, committed or not yet. The branch is else the git server's own, else the one that is
 * checked out.
 */
async function targetOf(
  workspace: Awaited<ReturnType<typeof openWorkspace>>,
): Promise<Omit<CiTarget, "version">> {
  const { repo, folder } = workspace;
  const snapshot = await readSnapshot(workspace, null, true);
  refuseConfigProblems(snapshot, "no file for the CI was made");
  const { config } = snapshot;
  const branch = config.branch ?? (await repo.serverBranch()) ?? (await repo.branch()) ?? "main";
  const remote = config.defaultRemote === undefined ? undefined : config.remotes.get(config.defaultRemote);
  return { branch, folder, token: remote?.tokenVariable ?? "POINTSMAN_TOKEN" };
}
