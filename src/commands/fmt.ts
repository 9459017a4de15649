import { PointsmanError, ProblemsError } from "../errors.ts";
import { formatPointerFile } from "../pointer/format-pointer-file.ts";
import { printable } from "../pointer/printable.ts";
import { plural } from "../render/style.ts";
import { type FileEdit, editing, readText, writeEdits } from "../workspace/edit-declaration.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readSnapshot } from "../workspace/read-snapshot.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

export interface FmtOptions extends CommonOptions {
  readonly check?: boolean;
}

/** Writes every pointer file in the canonical form; with --check says which are not. */
export function fmt(options: FmtOptions, deps: Deps): Promise<CommandResult> {
  return editing(() => format(options, deps));
}

async function format(options: FmtOptions, deps: Deps): Promise<CommandResult> {
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  if (workspace.repo.workTree === null)
    throw new PointsmanError("no-repository", "A bare repository has no files to format.");
  const { desired, configProblems, fileProblems, texts } = await readSnapshot(workspace, null);
  const unreadable = [
    ...configProblems,
    ...fileProblems.filter(({ file }) => desired.unreadable.includes(file)),
  ];
  if (unreadable.length > 0) throw new ProblemsError(unreadable, texts, "nothing was formatted");

  const edits: FileEdit[] = [];
  const pointerFiles = new Set(desired.declarations.map(({ file }) => file));
  for (const [path, text] of texts) {
    if (!pointerFiles.has(path)) continue;
    if (formatPointerFile(path, text) === text) continue;
    const before = await readText(workspace, path);
    if (before !== null) edits.push({ path, before, text: formatPointerFile(path, before) });
  }
  const files = edits.map(({ path }) => path);
  if (options.check !== true) {
    deps.takeInterrupts();
    await writeEdits(workspace, ...edits);
  }
  const exitCode = options.check === true && files.length > 0 ? exitCodes.changes : exitCodes.done;
  const verb = options.check === true ? "would change" : "formatted";
  return result(options, exitCode, { files }, () =>
    files.length === 0
      ? `${plural(pointerFiles.size, "file")} in the canonical form already.\n`
      : `${files.map((file) => `${deps.style.colors.bold(printable(file))}\n`).join("")}${verb}: ${plural(files.length, "file")}.\n`,
  );
}
