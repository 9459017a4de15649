import { PointsmanError } from "../errors.ts";
import { earlierDeclaration, isSameDeclaration } from "../history/earlier.ts";
import { type PastDeclaration, pastDeclaration } from "../history/past-files.ts";
import { infoOf } from "../history/standing.ts";
import type { Declaration } from "../model/pointer.ts";
import type { CommitInfo } from "../model/repo.ts";
import { familyOf, isPointerName } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { isName, targetKind } from "../pointer/target.ts";
import { shortId } from "../render/style.ts";
import { commitAt } from "../workspace/at.ts";
import { historySource } from "../workspace/history-source.ts";
import { editPointer, editing, problemsAfter, writeEdits } from "../workspace/edit-declaration.ts";
import { type Workspace, openWorkspace } from "../workspace/open-workspace.ts";
import { type Snapshot, readSnapshot } from "../workspace/read-snapshot.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import { noPointerName, refuseUnknown, undeclaredAt } from "../workspace/unknown-pointer.ts";
import type { CommandResult, CommonOptions, Deps } from "./command.ts";
import { type CommitOptions, commitIfAsked, edited, prepareCommit } from "./set.ts";

export interface RollbackOptions extends CommonOptions, CommitOptions {
  readonly name: string;
  /** A commit or a date; before the last change of the declaration where it is absent. */
  readonly to?: string;
}

/** Where a rollback goes, and why there. */
interface Goal {
  readonly declaration: PastDeclaration;
  /** What is undone, or when it was so: a sentence's beginning, and the commit it names. */
  readonly why: string;
  /** A commit that has the declaration. */
  readonly from: string | null;
}

/**
 * Writes back the declaration a pointer had before its last change, or at a commit: its target, lock and
 * description. Comments, order and everything else stay. Nothing moves until it is synced.
 */
export function rollback(options: RollbackOptions, deps: Deps): Promise<CommandResult> {
  return editing(() => goBack(options, deps));
}

async function goBack(options: RollbackOptions, deps: Deps): Promise<CommandResult> {
  const { name, to } = options;
  if (!isPointerName(name)) throw noPointerName(name);
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const snapshot = await readSnapshot(workspace, null);
  refuseConfigProblems(snapshot, "nothing was written");
  const now = snapshot.desired.pointers.get(name);
  const { declaration, why, from } =
    to === undefined
      ? await beforeLastChange(name, workspace, snapshot)
      : await declaredAt(to, name, workspace, snapshot, deps);
  const [before, after] = [valueOf(now), valueOf(declaration)];
  if (isSameDeclaration(declaration, now))
    return edited(options, deps, { pointer: name, file: now?.file ?? "", before, after, commit: null });

  refuseLocked(name, now, declaration, from);
  const edit = await editPointer(
    workspace,
    snapshot,
    name,
    {
      ...(declaration.target === now?.target ? {} : { target: declaration.target }),
      ...(declaration.locked === (now?.locked ?? false) ? {} : { locked: declaration.locked ? true : null }),
      ...(declaration.description === now?.description
        ? {}
        : { description: declaration.description ?? null }),
    },
    declaration.file,
  );
  const [problem] = problemsAfter(snapshot, edit);
  if (problem !== undefined) {
    throw new PointsmanError(
      "target-invalid",
      `${name} cannot go back to ${printable(declaration.target)}. ${problem.message}`,
      { hint: "Nothing was written. --to names another commit or date." },
    );
  }
  await prepareCommit(workspace, [edit.path], options, deps);
  deps.takeInterrupts();
  await writeEdits(workspace, edit);
  const lock = declaration.locked ? " (locked)" : "";
  const subject = `Roll back ${name} to ${declaration.target}${lock}`;
  const commit = await commitIfAsked(workspace, [edit.path], options, deps, subject, why);
  deps.note(`${why}.`);
  return edited(options, deps, { pointer: name, file: edit.path, before, after, commit });
}

async function beforeLastChange(name: string, workspace: Workspace, { desired }: Snapshot): Promise<Goal> {
  const { repo } = workspace;
  const now = desired.pointers.get(name);
  const tip = await repo.head();
  if (tip === null) throw new PointsmanError("ref-unknown", "There is no commit yet to go back to.");
  const found = await earlierDeclaration(name, now, historySource(workspace, tip, desired));
  if (found?.declaration != null) {
    const { declaration, endedBy } = found;
    if (endedBy === null)
      return { declaration, why: `Undoes the edit of ${name} that is not committed`, from: tip };
    return { declaration, why: `Undoes ${nameOf(endedBy)}`, from: endedBy.parents[0] ?? null };
  }
  if (await repo.isShallow()) {
    throw new PointsmanError(
      "history-shallow",
      `This clone's history is too short to tell what ${name} was.`,
      {
        hint: "Fetch all of it: git fetch --unshallow.",
      },
    );
  }
  if (now === undefined) refuseUnknown(name, desired);
  const since =
    found?.endedBy == null ? "is not committed yet" : `is as ${nameOf(found.endedBy)} declared it`;
  const hint = desired.pointers.has(now?.target ?? "")
    ? `It follows ${now?.target}: \`pointsman rollback ${now?.target}\` moves it back.`
    : `\`pointsman remove ${name}\` takes it out; --to goes back to any commit.`;
  throw new PointsmanError(
    "pointer-unknown",
    `${name} has no earlier declaration: it ${since}, and before that it was not declared.`,
    { hint },
  );
}

async function declaredAt(
  to: string,
  name: string,
  workspace: Workspace,
  { config }: Snapshot,
  { environment }: Deps,
): Promise<Goal> {
  const commit = await commitAt(workspace, to, config, environment).catch((error: unknown) =>
    explainTarget(error, to, name),
  );
  const { desired } = await readSnapshot(workspace, commit, true);
  const declaration = desired.pointers.get(name);
  const info = await infoOf(commit, workspace.repo);
  const at = info === null ? shortId(commit) : nameOf(info);
  if (declaration !== undefined)
    return { declaration: pastDeclaration(declaration), why: `As declared at ${at}`, from: commit };
  throw undeclaredAt(name, desired, at, {
    hint: `\`pointsman history ${name}\` shows when it was; \`pointsman remove ${name}\` takes it out.`,
  });
}

/** Whoever names a version or a pointer says where to go, which is another command. */
function explainTarget(error: unknown, to: string, name: string): never {
  const target = /^v\d+$/.test(to) ? `${familyOf(name)}:${to}` : to;
  const isTarget = target !== name && isName(target) && targetKind(target) !== "invalid";
  if (!isTarget || !(error instanceof PointsmanError) || error.code !== "ref-unknown") throw error;
  const hint = `--to takes a commit or a date. To have it at a target: \`pointsman set ${name} ${target}\`.`;
  throw new PointsmanError(error.code, error.message, { hint, cause: error });
}

/** A locked pointer is moved on purpose only (contract: its target may not change while it is locked). */
function refuseLocked(
  name: string,
  now: Declaration | undefined,
  { target }: PastDeclaration,
  from: string | null,
): void {
  if (now?.locked !== true || now.target === target) return;
  const to = from === null ? "" : ` --to ${shortId(from)}`;
  throw new PointsmanError("target-invalid", `${name} is locked at ${printable(now.target)}.`, {
    hint: `Unlock it first: pointsman set ${name} --unlock; then: pointsman rollback ${name}${to}`,
  });
}

function nameOf({ id, subject }: CommitInfo): string {
  return `${shortId(id)} ${printable(subject)}`.trimEnd();
}

function valueOf(
  declaration: Pick<Declaration, "target" | "locked" | "description"> | undefined,
): { target: string; locked: boolean; description?: string } | null {
  if (declaration === undefined) return null;
  const { target, locked, description } = declaration;
  return { target, locked, ...(description === undefined ? {} : { description }) };
}
