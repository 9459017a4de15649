import { writeFile } from "node:fs/promises";
import { PointsmanError } from "../errors.ts";
import type { Plan } from "../model/plan.ts";
import type { OnDrift } from "../model/policy.ts";
import { guardOf } from "../plan/guard.ts";
import { printable } from "../pointer/printable.ts";
import { renderPlanMarkdown } from "../render/plan-markdown.ts";
import { renderPlan } from "../render/plan.ts";
import { findBase, readBase } from "../workspace/base.ts";
import { tipOfPlan } from "../workspace/branch-tip.ts";
import { writeTrouble } from "../workspace/file-trouble.ts";
import { forgesOf } from "../workspace/forges.ts";
import { makePlan } from "../workspace/make-plan.ts";
import { withSources } from "../workspace/plan-sources.ts";
import { scopeOf } from "../workspace/scope.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readPreview } from "../workspace/preview.ts";
import { refuseProblems } from "../workspace/refuse-problems.ts";
import { readSnapshot } from "../workspace/read-snapshot.ts";
import { resolveRef } from "../workspace/resolve-ref.ts";
import { basisOf } from "../workspace/plan-basis.ts";
import type { SavedPlan } from "../workspace/saved-plan.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote, pauseNote } from "./remote-notes.ts";

export interface PlanOptions extends CommonOptions {
  readonly names: readonly string[];
  readonly ref?: string;
  readonly base?: string;
  readonly remote?: string;
  /** Where to write the plan as JSON too. */
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly prune?: boolean;
  readonly onDrift?: OnDrift;
}

/** What sync would do. Writes nothing to any remote. */
export async function plan(options: PlanOptions, deps: Deps): Promise<CommandResult> {
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const commit = options.ref === undefined ? null : await resolveRef(workspace.repo, options.ref);
  const { snapshot, isWorkingTree } =
    commit === null
      ? await readPreview(workspace)
      : { snapshot: await readSnapshot(workspace, commit), isWorkingTree: false };
  const head = commit ?? (await workspace.repo.head());
  const base = await findBase(workspace, options.base, head, deps.environment);
  const before = base === null ? undefined : await readBase(workspace, base);
  refuseProblems(snapshot, "nothing was planned", before?.desired.pointers);
  if (isWorkingTree)
    deps.note("The working tree is not committed: this previews it. `sync` applies commits only.");

  // A pull request's own config could send the token elsewhere: the base's is believed.
  const config = before?.config ?? snapshot.config;
  const remote = await openRemote(workspace, config, deps.environment, {
    named: options.remote,
    onPause: pauseNote(deps),
  });
  try {
    announceRemote(remote, deps);
    const scope = {
      only: scopeOf(options.names, snapshot.desired, before?.desired, options.remote),
      prune: options.prune,
      onDrift: options.onDrift,
    };
    const tip = await tipOfPlan(workspace, head, config, deps.environment, () =>
      deps.note(
        "HEAD is detached, and nothing names the branch: what newer commits say is not known here. Name it in pointsman.yaml: branch: main",
      ),
    );
    const { plan: bare, owned } = await makePlan(workspace, snapshot, remote, { ...scope, tip });
    const guard = guardOf(bare, snapshot.config.guards, owned);
    const warned =
      guard === null ? bare : { ...bare, warnings: [`sync will refuse this: ${guard}`, ...bare.warnings] };
    const isShown = options.format === "markdown" || options.out !== undefined;
    const made = isShown ? await withSources(warned, remote, deps.verbose) : warned;
    // Its digests are of all files: only what is kept needs them.
    const isKept = options.format === "json" || options.out !== undefined;
    const saved: SavedPlan | null = isKept ? { ...made, basis: basisOf(workspace, snapshot, scope) } : null;
    if (options.out !== undefined && saved !== null) {
      deps.takeInterrupts();
      await writePlan(options.out, saved);
    }
    return result(options, exitCodeOf(made, options), saved ?? made, () => renderPlan(made, deps.style), {
      markdown: () => renderPlanMarkdown(made, forgesOf(deps.environment), options.remote),
    });
  } finally {
    await remote.close();
  }
}

function exitCodeOf({ changes, blocked }: Plan, options: PlanOptions): number {
  if (blocked.length > 0) return exitCodes.mustFix;
  return options.detailedExitcode === true && changes.length > 0 ? exitCodes.changes : exitCodes.done;
}

async function writePlan(file: string, plan: SavedPlan): Promise<void> {
  await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`).catch((error: unknown) => {
    throw new PointsmanError(
      "usage",
      `The plan cannot be written: ${printable(file)}: ${writeTrouble(error)}.`,
    );
  });
}
