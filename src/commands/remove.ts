import { PointsmanError } from "../errors.ts";
import { dropPointer, editing, writeEdits } from "../workspace/edit-declaration.ts";
import { refuseUnknown } from "../workspace/unknown-pointer.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readSnapshot } from "../workspace/read-snapshot.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import type { CommandResult, CommonOptions, Deps } from "./command.ts";
import { type CommitOptions, commitIfAsked, edited, prepareCommit, valueOf } from "./set.ts";

export interface RemoveOptions extends CommonOptions, CommitOptions {
  readonly name: string;
}

/** Takes a declaration out of its file. The remote's pointer stays until a sync prunes it. */
export function remove(options: RemoveOptions, deps: Deps): Promise<CommandResult> {
  return editing(() => drop(options, deps));
}

async function drop(options: RemoveOptions, deps: Deps): Promise<CommandResult> {
  const { name } = options;
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const snapshot = await readSnapshot(workspace, null);
  refuseConfigProblems(snapshot, "nothing was written");
  const { desired } = snapshot;
  refuseUnknown(name, desired);
  const users = desired.declarations.filter(({ target, pointer }) => target === name && pointer !== name);
  if (users.length > 0) {
    const places = users.map(({ pointer, file, line }) => `${pointer} (${file}:${line})`).join(", ");
    throw new PointsmanError("pointer-in-use", `${name} cannot be removed: ${places} would dangle.`, {
      hint: "Point those elsewhere first, or remove them.",
    });
  }
  const edit = await dropPointer(workspace, snapshot, name);
  await prepareCommit(workspace, [edit.path], options, deps);
  deps.takeInterrupts();
  await writeEdits(workspace, edit);
  const commit = await commitIfAsked(workspace, [edit.path], options, deps, `Remove ${name}`);
  const before = valueOf(desired.pointers.get(name));
  deps.note(
    before?.locked === true
      ? `A remote that has ${name} locked keeps it: --prune deletes nothing that is locked. To have it deleted, sync it unlocked before it is removed.`
      : `A remote that has ${name} keeps it until \`pointsman sync --prune\`.`,
  );
  return edited(options, deps, { pointer: name, file: edit.path, before, after: null, commit });
}
