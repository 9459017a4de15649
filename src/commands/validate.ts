import { stagedTree } from "../git/staged-tree.ts";
import { codeQualityOf } from "../render/code-quality.ts";
import { renderAnnotations } from "../render/github.ts";
import { jsonText } from "../render/json.ts";
import { renderProblemsMarkdown } from "../render/problems-markdown.ts";
import { renderProblems, renderVerdict, verdictOf } from "../render/problems.ts";
import { sarifOf } from "../render/sarif.ts";
import { ruleTexts } from "../rules/catalogue.ts";
import { findBase } from "../workspace/base.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { problemsOf, readSnapshot } from "../workspace/read-snapshot.ts";
import { resolveRef } from "../workspace/resolve-ref.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

export interface ValidateOptions extends CommonOptions {
  readonly ref?: string;
  readonly base?: string;
  /** What is staged is checked, as a pre-commit hook wants it. */
  readonly staged?: boolean;
}

/** All problems of a commit, of what is staged, or of the working tree. Offline. */
export async function validate(options: ValidateOptions, deps: Deps): Promise<CommandResult> {
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const { repo } = workspace;
  const commit = options.ref === undefined ? null : await resolveRef(repo, options.ref);
  const base = await findBase(workspace, options.base, commit ?? (await repo.head()), deps.environment);
  const before = base === null ? undefined : (await readSnapshot(workspace, base, true)).desired.pointers;
  const staged = options.staged === true ? await stagedTree(repo, deps.environment) : null;
  const snapshot = await readSnapshot(
    workspace,
    staged ?? commit ?? (repo.workTree === null ? await repo.head() : null),
    // A hook runs also for commits before the first pointers.
    staged !== null,
  );
  const problems = problemsOf(snapshot, before);
  const isGood = problems.every(({ severity }) => severity !== "error");
  const { declarations } = snapshot.desired;
  const digest = options.format === "codequality" ? await digester() : String;
  const checked = {
    pointers: declarations.length,
    files: new Set(declarations.map(({ file }) => file)).size,
  };
  return result(
    options,
    isGood ? exitCodes.done : exitCodes.mustFix,
    { problems },
    () =>
      `${renderProblems(problems, snapshot.texts, deps.style)}${renderVerdict(problems, checked, deps.style)}`,
    {
      markdown: () => renderProblemsMarkdown(problems, checked),
      github: () => renderAnnotations(problems, `${verdictOf(problems, checked)}.`),
      sarif: () => jsonText(sarifOf(problems, ruleTexts, deps.version)),
      codequality: () => jsonText(codeQualityOf(problems, digest)),
    },
  );
}

/** Loaded for the one format that has fingerprints. */
async function digester(): Promise<(text: string) => string> {
  const { createHash } = await import("node:crypto");
  return (text) => createHash("sha256").update(text).digest("hex");
}
