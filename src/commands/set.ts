import { PointsmanError } from "../errors.ts";
import type { Declaration } from "../model/pointer.ts";
import { familyOf, isPointerName, isVersionPointer } from "../pointer/name.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { printable } from "../pointer/printable.ts";
import { targetKind } from "../pointer/target.ts";
import { shortId } from "../render/style.ts";
import { editPointer, editing, problemsAfter, writeEdits } from "../workspace/edit-declaration.ts";
import { commitFiles, refuseUncommittable } from "../workspace/git-program.ts";
import { type Workspace, openWorkspace } from "../workspace/open-workspace.ts";
import { readChain } from "../workspace/read-chain.ts";
import { type Snapshot, readSnapshot } from "../workspace/read-snapshot.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import { noPointerName } from "../workspace/unknown-pointer.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

export interface SetOptions extends CommonOptions, CommitOptions {
  readonly name: string;
  readonly target?: string;
  readonly lock?: boolean;
  readonly unlock?: boolean;
}

export interface CommitOptions {
  readonly commit?: boolean;
  readonly message?: string;
}

/** Declares where a pointer points, in the right file. Nothing moves until it is synced. */
export function set(options: SetOptions, deps: Deps): Promise<CommandResult> {
  const tellNew = ({ desired }: Snapshot): void => {
    const near = nearestPointer(options.name, desired.pointers.keys());
    const meant = near === undefined ? "." : `; did you mean ${printable(near)}?`;
    deps.note(`${options.name} is a new pointer${meant}`);
  };
  return editing(() => declare(options, deps, tellNew));
}

/** @param onNew is told of the files without it, where a name was not declared before */
async function declare(
  options: SetOptions,
  deps: Deps,
  onNew: (snapshot: Snapshot) => void,
): Promise<CommandResult> {
  const { name, target } = options;
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const snapshot = await readForSet(options, workspace);
  refuseConfigProblems(snapshot, "nothing was written");
  const before = snapshot.desired.pointers.get(name);
  refuseSet(options, before);
  const locked = options.lock === true ? true : options.unlock === true ? false : undefined;
  const isSame =
    before !== undefined &&
    (target === undefined || target === before.target) &&
    (locked === undefined || locked === before.locked);
  const after = { target: target ?? before?.target ?? "", locked: locked ?? before?.locked ?? false };
  if (isSame)
    return edited(options, deps, {
      pointer: name,
      file: before.file,
      before: valueOf(before),
      after,
      commit: null,
    });

  const edit = await editPointer(workspace, snapshot, name, {
    ...(target === undefined || target === before?.target ? {} : { target }),
    ...(locked === undefined || locked === (before?.locked ?? false) ? {} : { locked }),
  });
  const [problem] = problemsAfter(snapshot, edit);
  if (problem !== undefined)
    throw new PointsmanError("target-invalid", problem.message, { hint: "Nothing was written." });
  await prepareCommit(workspace, [edit.path], options, deps);
  deps.takeInterrupts();
  await writeEdits(workspace, edit);
  const commit = await commitIfAsked(workspace, [edit.path], options, deps, subjectOf(name, before, after));
  if (before === undefined) onNew(snapshot);
  const meant = target === undefined ? null : tagMeant(name, target, snapshot);
  if (meant !== null)
    deps.note(`${printable(after.target)} is taken for a pipeline's id; did you mean ${meant}?`);
  return edited(options, deps, { pointer: name, file: edit.path, before: valueOf(before), after, commit });
}

/** The pointer that a target would be, were it not for its missing pipeline; null where there is none. */
function tagMeant(name: string, target: string, { desired }: Snapshot): string | null {
  const whole = `${familyOf(name)}:${target}`;
  return targetKind(target) === "id" && (isVersionPointer(whole) || desired.pointers.has(whole))
    ? whole
    : null;
}

/** Of a name that is declared, and a target that leads somewhere, no other files matter. */
async function readForSet({ name, target }: SetOptions, workspace: Workspace): Promise<Snapshot> {
  const isPointer = target !== undefined && targetKind(target) === "pointer";
  const chain = await readChain(workspace, null, isPointer ? [name, target] : [name]);
  return chain ?? readSnapshot(workspace, null);
}

/** What a commit of one edit says: the lock alone, or where the pointer now points. */
function subjectOf(
  name: string,
  before: Declaration | undefined,
  after: { readonly target: string; readonly locked: boolean },
): string {
  if (before?.target !== after.target)
    return `Point ${name} at ${after.target}${after.locked ? " and lock it" : ""}`;
  return `${after.locked ? "Lock" : "Unlock"} ${name} at ${after.target}`;
}

/** The same for a name that is not declared yet, as the official command line has it. */
export function createPointer(options: SetOptions, deps: Deps): Promise<CommandResult> {
  return editing(() => declareNew(options, deps));
}

async function declareNew(options: SetOptions, deps: Deps): Promise<CommandResult> {
  const snapshot = await readSnapshot(await openWorkspace(options.dir, deps.environment, deps.verbose), null);
  const existing = snapshot.desired.pointers.get(options.name);
  if (existing !== undefined) {
    const { file, line } = existing;
    throw new PointsmanError("pointer-exists", `${options.name} is declared already, at ${file}:${line}.`, {
      hint: `To move it: pointsman set ${options.name} ${options.target ?? "TARGET"}`,
    });
  }
  return declare(options, deps, () => undefined);
}

function refuseSet({ name, target, lock, unlock }: SetOptions, before: Declaration | undefined): void {
  if (!isPointerName(name)) throw noPointerName(name);
  if (lock === true && unlock === true)
    throw new PointsmanError("usage", "--lock and --unlock contradict each other.");
  // What a script gives whose variable is not set.
  if (target?.trim() === "") throw new PointsmanError("usage", `The target of ${name} is empty.`);
  if (target === undefined && before === undefined) {
    throw new PointsmanError("usage", `${name} is not declared yet: give it a target.`);
  }
  if (target === undefined && lock !== true && unlock !== true) {
    throw new PointsmanError("usage", "Nothing to set: give a target, --lock or --unlock.");
  }
  if (before?.locked === true && unlock !== true && target !== undefined && target !== before.target) {
    throw new PointsmanError("target-invalid", `${name} is locked at ${before.target}.`, {
      hint: `To move it: pointsman set ${name} ${target} --unlock; a later change locks it again.`,
    });
  }
}

interface Edited {
  readonly pointer: string;
  readonly file: string;
  readonly before: EditedValue | null;
  readonly after: EditedValue | null;
  readonly commit: string | null;
}

interface EditedValue {
  readonly target: string;
  readonly locked: boolean;
  /** Where a command may change it. */
  readonly description?: string;
}

/** What every editing command says at its end. */
export function edited(options: CommonOptions, deps: Deps, edit: Edited): CommandResult {
  const { pointer, file, before, after, commit } = edit;
  const { bold, dim } = deps.style.colors;
  return result(options, exitCodes.done, edit, () => {
    const isDescribed = before?.description !== after?.description;
    const show = (value: Edited["after"]): string => {
      if (value === null) return "removed";
      const description =
        isDescribed && value.description !== undefined ? ` "${printable(value.description)}"` : "";
      return `${printable(value.target)}${value.locked ? " (locked)" : ""}${description}`;
    };
    if (JSON.stringify(before) === JSON.stringify(after))
      return `${pointer} is ${show(after)} already: nothing to do.\n`;
    const way = before === null ? show(after) : `${show(before)} → ${show(after)}`;
    const done = commit === null ? "edited" : `committed ${shortId(commit)}`;
    return `${dim(file)}: ${bold(pointer)} ${way}\n${done}; nothing moves until it is synced\n`;
  });
}

export function valueOf(declaration: Declaration | undefined): Edited["before"] {
  return declaration === undefined ? null : { target: declaration.target, locked: declaration.locked };
}

/** Before an edit: whether its files could be committed, where --commit asks for it. */
export async function prepareCommit(
  { repo }: Workspace,
  paths: readonly string[],
  { commit, message }: CommitOptions,
  { environment }: Deps,
): Promise<void> {
  if (commit !== true && message !== undefined) throw new PointsmanError("usage", "-m goes with --commit.");
  if (commit !== true || repo.workTree === null) return;
  for (const path of paths) await refuseUncommittable(repo.workTree, path, environment);
}

/**
 * Commits an edit's files, and nothing else, with the user's own git where --commit asks for it.
 * @param subject where -m gives none
 * @param body what the message says in any case
 */
export async function commitIfAsked(
  { repo }: Workspace,
  paths: readonly string[],
  { commit, message }: CommitOptions,
  { environment }: Deps,
  subject: string,
  body = "",
): Promise<string | null> {
  if (commit !== true || repo.workTree === null) return null;
  const text = message ?? subject;
  return commitFiles(repo.workTree, paths, body === "" ? text : `${text}\n\n${body}`, environment);
}
