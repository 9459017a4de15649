import type { Host } from "../ci/host.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { writeRepositoryFile } from "../workspace/write-file.ts";
import { type Deps, exitCodes } from "./command.ts";
import { type ValidateOptions, validate } from "./validate.ts";

/**
 * Validates a commit, and shows each problem where the CI shows it.
 * @returns the problems as Markdown; null where nothing has to be mended
 */
export async function problemsIn(
  what: Omit<ValidateOptions, "format">,
  host: Host,
  deps: Deps,
): Promise<string | null> {
  const { exitCode, output } = await validate({ ...what, format: host.problemFormat }, deps);
  deps.print(output);
  if (host.codeQualityFile !== null) await writeCodeQuality(what, host.codeQualityFile, deps);
  if (exitCode === exitCodes.done) return null;
  return (await validate({ ...what, format: "markdown" }, deps)).output;
}

async function writeCodeQuality(
  what: Omit<ValidateOptions, "format">,
  file: string,
  deps: Deps,
): Promise<void> {
  const { repo } = await openWorkspace(what.dir, deps.environment);
  if (repo.workTree === null) return;
  const { output } = await validate({ ...what, format: "codequality" }, deps);
  // Not through a link that somebody committed under that name.
  await writeRepositoryFile(repo.workTree, { path: file, text: output });
}
