import { appendFile, writeFile } from "node:fs/promises";
import { PointsmanError } from "../errors.ts";
import type { Plan } from "../model/plan.ts";
import type { OnDrift } from "../model/policy.ts";
import type { SyncReport } from "../model/report.ts";
import { guardOf } from "../plan/guard.ts";
import { printable, visible } from "../pointer/printable.ts";
import { renderPlan } from "../render/plan.ts";
import { renderReportMarkdown } from "../render/report-markdown.ts";
import { countsOf, renderReport } from "../render/report.ts";
import { plural, shortId, style } from "../render/style.ts";
import { sync as apply } from "../sync/sync.ts";
import { believedConfig } from "../workspace/base.ts";
import { branchToSync, fetchTip, tipFor } from "../workspace/branch-tip.ts";
import { type PlanOptions, makePlan } from "../workspace/make-plan.ts";
import { writeTrouble } from "../workspace/file-trouble.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { type Workspace, openWorkspace } from "../workspace/open-workspace.ts";
import { basisOf } from "../workspace/plan-basis.ts";
import { isSameFiles } from "../workspace/preview.ts";
import { refuseProblems } from "../workspace/refuse-problems.ts";
import { type Snapshot, readSnapshot } from "../workspace/read-snapshot.ts";
import { resolveRef } from "../workspace/resolve-ref.ts";
import { sourceOfSync } from "../workspace/sync-source.ts";
import {
  type SavedPlan,
  readSavedPlan,
  refuseOtherBasis,
  refuseOtherChanges,
} from "../workspace/saved-plan.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote, pauseNote } from "./remote-notes.ts";

export interface SyncOptions extends CommonOptions {
  readonly ref?: string;
  /** A file that `plan --out` wrote: what it says is applied, and only while nothing is otherwise. */
  readonly plan?: string;
  readonly remote?: string;
  readonly yes?: boolean;
  /** Where to write what was done as JSON too. */
  readonly report?: string;
  readonly prune?: boolean;
  readonly onDrift?: OnDrift;
  /** False goes by what this clone has of the branch. */
  readonly fetch?: boolean;
  readonly allowRollback?: boolean;
  readonly forceGuards?: boolean;
}

/** Takes a remote to a commit. */
export async function sync(options: SyncOptions, deps: Deps): Promise<CommandResult> {
  const { environment } = deps;
  let workspace = await openWorkspace(options.dir, environment, deps.verbose);
  const saved = options.plan === undefined ? null : await readSavedPlan(options.plan);
  const commit = await commitOf(workspace, options);
  const snapshot = await readSnapshot(workspace, commit);
  refuseProblems(snapshot, "nothing was written");
  const checkedOut = options.ref === undefined ? commit : await workspace.repo.head();
  if (await hasEdits(workspace, checkedOut === commit ? snapshot : checkedOut))
    deps.note("Edits that are not committed are not included.");

  const config = await believedConfig(workspace, snapshot, environment);
  const branch = await branchToSync(workspace, config, environment);
  if (options.fetch !== false && (await fetchTip(workspace, branch, environment)))
    workspace = await openWorkspace(options.dir, environment);
  const tip = await tipFor(workspace, commit, branch);

  const remote = await openRemote(workspace, config, environment, {
    named: options.remote,
    onPause: pauseNote(deps),
    source: () => sourceOfSync(workspace, commit, branch, environment).catch(() => ({})),
  });
  try {
    announceRemote(remote, deps);
    const scope = scopeOf(options, saved);
    if (saved !== null) refuseOtherBasis(saved, basisOf(workspace, snapshot, scope), remote);
    const allowRollback = options.allowRollback;
    const { plan, owned } = await makePlan(workspace, snapshot, remote, { ...scope, tip, allowRollback });
    if (saved !== null) refuseOtherChanges(saved, plan);
    refuseDrift(plan, scope.onDrift ?? snapshot.config.onDrift);
    const guard = guardOf(plan, snapshot.config.guards, owned);
    if (guard !== null && options.forceGuards !== true)
      throw new PointsmanError("guard-tripped", `Nothing was written. ${guard}`);
    // A text that says nothing moves is the plan itself, with what it warns of.
    if (plan.changes.length === 0 && (plan.blocked.length > 0 || options.format !== "text")) warn(plan, deps);
    if (plan.changes.length > 0 && !(await isAgreed(plan, options, deps))) {
      // What somebody chose is no error; a document in JSON has to say it all the same.
      if (options.format === "json") throw new PointsmanError("not-confirmed", "Nothing was written.");
      deps.note("Nothing was written.");
      return { exitCode: exitCodes.mustFix, output: "" };
    }
    if (options.report !== undefined) await refuseUnwritable(options.report);
    // What is still under way once it is to end is writes, mostly: some may have been done.
    const signal = deps.takeInterrupts(deps.note, exitCodes.partial);
    const report = await apply(plan, remote, { signal, onEvent: progressOf(deps) });
    deps.progressEnd();
    if (options.report !== undefined) await writeReport(options.report, report, deps);
    const told = result(
      options,
      exitCodeOf(report),
      report,
      () =>
        plan.changes.length === 0 && plan.blocked.length === 0
          ? renderPlan(plan, deps.style)
          : `${headlineOf(report, commit)}\n${renderReport(report, deps.style, plan.versions)}`,
      { markdown: () => renderReportMarkdown(report, plan.versions) },
    );
    return { ...told, done: `Of commit ${shortId(commit)}: ${countsOf(report.summary)}.` };
  } finally {
    deps.progressEnd();
    await remote.close();
  }
}

/** What is planned: a saved plan says so for itself, as far as the command line does not. */
function scopeOf(
  { prune, onDrift }: SyncOptions,
  saved: SavedPlan | null,
): Pick<PlanOptions, "only" | "prune" | "onDrift"> {
  if (saved === null) return { prune, onDrift };
  const { basis } = saved;
  return {
    only: basis.only === null ? undefined : new Set(basis.only),
    prune: prune ?? basis.prune,
    onDrift: onDrift ?? basis.onDrift ?? undefined,
  };
}

async function commitOf({ repo }: Workspace, options: SyncOptions): Promise<string> {
  if (options.ref !== undefined) return resolveRef(repo, options.ref);
  const head = await repo.head();
  if (head !== null) return head;
  throw new PointsmanError(
    "ref-unknown",
    "There is no commit yet: sync applies commits, not the working tree.",
    {
      hint: "Commit your pointers first: git add . && git commit",
    },
  );
}

/**
 * Whether the working tree is not as the commit that is checked out, which may be another one than is synced.
 * @param head that commit, or what it holds where that was read; null where there is none
 */
async function hasEdits(workspace: Workspace, head: Snapshot | string | null): Promise<boolean> {
  if (workspace.repo.workTree === null) return false;
  const read = (at: string | null): Promise<Snapshot | null> =>
    readSnapshot(workspace, at, true).catch(() => null);
  const committed = typeof head === "string" ? await read(head) : head;
  const working = await read(null);
  return working === null || committed === null || !isSameFiles(committed.files, working.files);
}

/** Drift stops the whole sync where the config says to fail. */
function refuseDrift({ blocked }: Plan, onDrift: OnDrift): void {
  const drifted = blocked.filter(({ reason }) => reason === "drift");
  if (onDrift !== "fail" || drifted.length === 0) return;
  const shown = drifted.slice(0, 10).map(({ pointer, message }) => `\n  ${printable(pointer)}  ${message}`);
  const more = drifted.length > shown.length ? `\n  and ${drifted.length - shown.length} more` : "";
  const count = plural(drifted.length, "pointer");
  throw new PointsmanError(
    "drift",
    `Nothing was written: on_drift is fail, and ${count} cannot be moved by git alone.${shown.join("")}${more}`,
  );
}

/** Before anything is written somebody says yes: on the command line, or at the prompt. What is to be minded is said. */
async function isAgreed(plan: Plan, options: SyncOptions, deps: Deps): Promise<boolean> {
  if (options.yes === true) {
    // Where nobody is asked, the log says what moves; the other formats name each pointer in their result.
    if (options.format === "text") deps.note(renderPlan(plan, style({ color: false, isTerminal: false })));
    else warn(plan, deps);
    return true;
  }
  const count = plural(plan.changes.length, "change");
  if (deps.confirm === null) {
    throw new PointsmanError("not-confirmed", `Nothing was written: there is nobody to ask about ${count}.`, {
      hint: "Give --yes to apply without asking, as CI does.",
    });
  }
  return deps.confirm(renderPlan(plan, deps.style), `Apply ${count} to ${plan.remote.name}?`);
}

function warn({ warnings }: Plan, deps: Deps): void {
  for (const warning of warnings) deps.note(`warning: ${visible(warning)}`);
}

function progressOf(deps: Deps): NonNullable<Parameters<typeof apply>[2]>["onEvent"] & {} {
  let failed = 0;
  return (event) => {
    if (event.type === "retry" || event.type === "start") return;
    if (event.result.status === "failed") failed += 1;
    deps.progress(`${event.done} of ${event.total} pointers${failed > 0 ? `, ${failed} failed` : ""}`);
  };
}

/** Contract: 3 where some was applied and not all; 130 where Ctrl-C came before any write. */
function exitCodeOf({ summary, results, interrupted, written }: SyncReport): number {
  const isWhole =
    summary.failed === 0 && results.every(({ reason }) => reason !== "blocked" && reason !== "interrupted");
  if (isWhole) return exitCodes.done;
  if (interrupted) return written ? exitCodes.partial : exitCodes.interrupted;
  // Of a write that the remote was seen not to have done, nothing is left.
  const mayBeThere = results.some(({ reason }) => reason === "unconfirmed" || reason === "not-locked");
  return summary.applied > 0 || mayBeThere ? exitCodes.partial : exitCodes.mustFix;
}

/** What a log is searched for: only a sync that did all it should is said to be one. */
function headlineOf(report: SyncReport, commit: string): string {
  const [id, { name }] = [shortId(commit), report.remote];
  const exitCode = exitCodeOf(report);
  if (exitCode === exitCodes.done) return `Synced commit ${id} to ${name}.`;
  if (report.summary.applied > 0) return `Synced commit ${id} to ${name} in part.`;
  return exitCode === exitCodes.partial
    ? `Commit ${id} may be synced to ${name} in part: some writes could not be confirmed.`
    : `Commit ${id} was not synced to ${name}: nothing was applied.`;
}

/** Before anything is synced: whether its report will have a place. */
async function refuseUnwritable(file: string): Promise<void> {
  await appendFile(file, "").catch((error: unknown) => {
    throw new PointsmanError(
      "usage",
      `The report cannot be written: ${printable(file)}: ${writeTrouble(error)}.`,
      {
        hint: "Nothing was synced.",
      },
    );
  });
}

/** What was synced is told, also where the disk is full by now. */
async function writeReport(file: string, report: SyncReport, deps: Deps): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`).catch((error: unknown) => {
    deps.note(`The report could not be written: ${printable(file)}: ${writeTrouble(error)}.`);
  });
}
