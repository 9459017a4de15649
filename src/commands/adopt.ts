import { PointsmanError } from "../errors.ts";
import type { Declaration } from "../model/pointer.ts";
import type { Current } from "../plan/current.ts";
import { goalOf } from "../plan/obstacles.ts";
import { isSame } from "../pointer/is-same.ts";
import { type WrittenValue, writtenBy } from "../plan/versions.ts";
import type { PointerEdit } from "../model/pointer-edit.ts";
import { isVersionPointer } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";
import { targetKind } from "../pointer/target.ts";
import { survey } from "../remotes/survey.ts";
import { shortId } from "../render/style.ts";
import { believedConfig } from "../workspace/base.ts";
import { editPointers, problemsAfter, writeEdits } from "../workspace/edit-declaration.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { type Snapshot, readSnapshot } from "../workspace/read-snapshot.ts";
import { refuseProblems } from "../workspace/refuse-problems.ts";
import { refuseUnknown } from "../workspace/unknown-pointer.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote, pauseNote } from "./remote-notes.ts";
import { type CommitOptions, commitIfAsked, prepareCommit } from "./set.ts";

export interface AdoptOptions extends CommonOptions, CommitOptions {
  readonly names: readonly string[];
  readonly remote?: string;
}

interface Adopted {
  readonly pointer: string;
  readonly file: string;
  readonly before: WrittenValue;
  readonly after: WrittenValue;
}

/** Writes what the remote has of some pointers, moved there by hand, into their declarations: all or none. */
export async function adopt(options: AdoptOptions, deps: Deps): Promise<CommandResult> {
  const names = [...new Set(options.names)];
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const snapshot = await readSnapshot(workspace, null);
  refuseProblems(snapshot, "nothing was adopted");
  const config = await believedConfig(workspace, snapshot, deps.environment);
  const remote = await openRemote(workspace, config, deps.environment, {
    named: options.remote,
    onPause: pauseNote(deps),
  });
  let current: Current;
  try {
    announceRemote(remote, deps);
    current = await survey(remote, snapshot.desired);
  } finally {
    await remote.close();
  }
  const found = names.map((name) => adopted(name, snapshot, current, remote.name, options.remote));
  const moved = found.filter(({ before, after }) => !isSameWritten(before, after));
  const edits = await editPointers(
    workspace,
    snapshot,
    new Map(moved.map(({ pointer, before, after }) => [pointer, editFrom(before, after)])),
  );
  const [problem] = problemsAfter(snapshot, ...edits);
  if (problem !== undefined)
    throw new PointsmanError("target-invalid", problem.message, { hint: "Nothing was written." });
  const paths = edits.map(({ path }) => path);
  await prepareCommit(workspace, paths, options, deps);
  deps.takeInterrupts();
  await writeEdits(workspace, ...edits);
  const [first] = moved;
  const commit =
    first === undefined
      ? null
      : await commitIfAsked(workspace, paths, options, deps, ...messageOf(first, moved, remote.name));
  const unchanged = found.filter((one) => !moved.includes(one)).map(({ pointer }) => pointer);
  return result(options, exitCodes.done, { adopted: moved, unchanged, commit }, () => {
    const { bold, dim } = deps.style.colors;
    const lines = moved.map(
      ({ pointer, file, before, after }) => `${dim(file)}: ${bold(pointer)} ${show(before)} → ${show(after)}`,
    );
    lines.push(...unchanged.map((name) => `${name} is declared as ${remote.name} has it: nothing to do.`));
    const done = commit === null ? "edited" : `committed ${shortId(commit)}`;
    if (moved.length > 0) lines.push(`${done}; nothing moves until it is synced`);
    return `${lines.join("\n")}\n`;
  });
}

/**
 * What one pointer is declared as, and what its declaration becomes: the same where it leads there already.
 * @throws PointsmanError where there is nothing to adopt, or it is locked
 */
function adopted(
  pointer: string,
  { desired }: Snapshot,
  current: Current,
  remote: string,
  named: string | undefined,
): Adopted {
  const value = current.get(pointer);
  const declaration = desired.pointers.get(pointer);
  if (declaration === undefined && value !== undefined) {
    throw new PointsmanError("pointer-unknown", `${printable(pointer)} is not declared here.`, {
      hint: isVersionPointer(pointer)
        ? "A version is declared nowhere: the registry makes it, and it never moves."
        : `${suggested(`import ${printable(pointer)}`, named)} declares it as ${remote} has it.`,
    });
  }
  if (declaration === undefined) refuseUnknown(pointer, desired, named);
  if (declaration === undefined || value === undefined) {
    throw new PointsmanError("pointer-unknown", `${remote} has no ${printable(pointer)} to adopt.`, {
      hint: `${suggested("sync", named)} makes it; \`pointsman remove\` takes its declaration out.`,
    });
  }
  const { target, locked } = declaration;
  const before = { target, locked };
  const { file } = declaration;
  const goal = goalOf(declaration, desired, current).value;
  if (isSame(goal, value)) return { pointer, file, before, after: before };
  // Only the lock differs: the target stays as it is written, where a lock may have it.
  const stays = goal?.pipeline === value.pipeline && (!value.locked || targetKind(target) !== "pointer");
  const after = stays ? { target, locked: value.locked } : writtenBy(current)(pointer, value);
  if (after === null) {
    throw new PointsmanError(
      "target-invalid",
      `${remote} has ${pointer} at an id that no file can name: ${printable(value.pipeline)}.`,
    );
  }
  refuseLocked(declaration, after);
  return { pointer, file, before, after };
}

function refuseLocked({ pointer, target, locked }: Declaration, after: WrittenValue): void {
  if (!locked || !after.locked || target === after.target) return;
  throw new PointsmanError("target-invalid", `${pointer} is locked at ${printable(target)}.`, {
    hint: `Unlock it first: pointsman set ${pointer} --unlock`,
  });
}

function editFrom(before: WrittenValue, after: WrittenValue): PointerEdit {
  return {
    ...(before.target === after.target ? {} : { target: after.target }),
    ...(before.locked === after.locked ? {} : { locked: after.locked ? true : null }),
  };
}

function messageOf(first: Adopted, all: readonly Adopted[], remote: string): [subject: string, body: string] {
  if (all.length === 1) return [`Adopt ${first.pointer} at ${show(first.after)} from ${remote}`, ""];
  const lines = all.map(({ pointer, after }) => `${pointer} ${show(after)}`);
  return [`Adopt ${all.length} pointers from ${remote}`, lines.join("\n")];
}

function isSameWritten(a: WrittenValue, b: WrittenValue): boolean {
  return a.target === b.target && a.locked === b.locked;
}

function show({ target, locked }: WrittenValue): string {
  return `${printable(target)}${locked ? " (locked)" : ""}`;
}
