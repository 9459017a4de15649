import { PointsmanError, ProblemsError } from "../errors.ts";
import { formatPointerFile } from "../pointer/format-pointer-file.ts";
import { printable } from "../pointer/printable.ts";
import { plural } from "../render/style.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readSnapshot } from "../workspace/read-snapshot.ts";
import { writeRepositoryFile } from "../workspace/write-file.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

export interface FmtOptions extends CommonOptions {
  readonly check?: boolean;
}

/** Writes every pointer file in the canonical form; with --check says which are not. */
export async function fmt(options: FmtOptions, deps: Deps): Promise<CommandResult> {
  const { repo, ...workspace } = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const { workTree } = repo;
  if (workTree === null)
    throw new PointsmanError("no-repository", "A bare repository has no files to format.");
  const { desired, configProblems, fileProblems, texts } = await readSnapshot({ repo, ...workspace }, null);
  const unreadable = [
    ...configProblems,
    ...fileProblems.filter(({ file }) => desired.unreadable.includes(file)),
  ];
  if (unreadable.length > 0) throw new ProblemsError(unreadable, texts, "nothing was formatted");

  const changed: { readonly path: string; readonly text: string }[] = [];
  const pointerFiles = new Set(desired.declarations.map(({ file }) => file));
  for (const [path, text] of texts) {
    if (!pointerFiles.has(path)) continue;
    const formatted = formatPointerFile(path, text);
    if (formatted !== text) changed.push({ path, text: formatted });
  }
  const files = changed.map(({ path }) => path);
  if (options.check !== true) {
    for (const { path, text } of changed) await writeRepositoryFile(workTree, path, text);
  }
  const exitCode = options.check === true && files.length > 0 ? exitCodes.changes : exitCodes.done;
  const verb = options.check === true ? "would change" : "formatted";
  return result(options, exitCode, { files }, () =>
    files.length === 0
      ? `${plural(pointerFiles.size, "file")} in the canonical form already.\n`
      : `${files.map((file) => `${deps.style.colors.bold(printable(file))}\n`).join("")}${verb}: ${plural(files.length, "file")}.\n`,
  );
}
