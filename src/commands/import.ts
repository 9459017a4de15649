import { PointsmanError } from "../errors.ts";
import { emptyListing } from "../plan/empty-listing.ts";
import { meantAsked } from "../plan/meant-pointer.ts";
import { toImport } from "../plan/to-import.ts";
import { familyOf, isFamilyName } from "../pointer/name.ts";
import { fitsAsked } from "../pointer/pattern.ts";
import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";
import { type ImportResult, renderImport } from "../render/import.ts";
import { survey } from "../remotes/survey.ts";
import type { PointerValue } from "../model/pointer.ts";
import type { Remote } from "../model/remote.ts";
import type { WrittenValue } from "../plan/versions.ts";
import { addDeclarations } from "../workspace/add-declarations.ts";
import { believedConfig } from "../workspace/base.ts";
import { writeEdits } from "../workspace/edit-declaration.ts";
import { openImportRemote } from "../workspace/import-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { type Snapshot, readSnapshot } from "../workspace/read-snapshot.ts";
import { refuseProblems } from "../workspace/refuse-problems.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote, pauseNote } from "./remote-notes.ts";

export interface ImportOptions extends CommonOptions {
  /** Names in which `*` stands for anything but a slash; all where there are none. */
  readonly patterns: readonly string[];
  readonly remote?: string;
}

/**
 * Writes the remote's pointers that no file declares as files, and says which are declared elsewhere than
 * the remote has them. Once the files are committed, `plan` has nothing to do for the new ones.
 */
export async function importPointers(options: ImportOptions, deps: Deps): Promise<CommandResult> {
  const { patterns } = options;
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const snapshot = await readSnapshot(workspace, null);
  refuseProblems(snapshot, "nothing was imported");
  const config = await believedConfig(workspace, snapshot, deps.environment);
  const { remote, official } = await openImportRemote(workspace, config, deps.environment, {
    named: options.remote,
    onPause: pauseNote(deps),
    note: deps.note,
  });
  try {
    announceRemote(remote, deps);
    const current = await listed(remote, snapshot, options);
    if (current.size === 0) deps.note(`${emptyListing(remote)}.`);
    const { found, differs, skipped } = toImport(snapshot.desired, current, (pointer) =>
      isWanted(pointer, patterns),
    );
    const { edits, files, refused } = await addDeclarations(workspace, snapshot, found);
    deps.takeInterrupts();
    await writeEdits(workspace, ...edits, ...(official === null ? [] : [official.edit]));
    if (official !== null) {
      deps.note(
        `${official.edit.path}: the remote ${remote.name} is written, from ${printable(official.remote.from)}. ` +
          "Its token is not: for other commands, export POINTSMAN_TOKEN=…",
      );
    }
    const done: ImportResult = {
      imported: [...files].map(([pointer, file]) => ({
        pointer,
        target: found.get(pointer)?.target ?? "",
        locked: found.get(pointer)?.locked ?? false,
        file,
      })),
      differs: differs.map(({ pointer, declared, remote: there }) => ({
        pointer,
        declared: shown(declared),
        remote: there === null ? (current.get(pointer)?.pipeline ?? "") : shown(there),
      })),
      skipped: [...skipped, ...refused].sort((a, b) => (a.pointer < b.pointer ? -1 : 1)),
    };
    return result(options, exitCodes.done, done, () => renderImport(done, deps.style, options.remote));
  } finally {
    await remote.close();
  }
}

/** The remote's listing, and the families that a pattern names: a token may see some only by their name. */
async function listed(
  remote: Remote,
  { desired }: Snapshot,
  { patterns, remote: asked }: ImportOptions,
): Promise<Map<string, PointerValue>> {
  const current = await survey(remote, desired);
  const known = new Set([...current.keys()].map(familyOf));
  const named = patterns.map((pattern) => (pattern.includes(":") ? familyOf(pattern) : pattern));
  for (const family of new Set(named)) {
    if (known.has(family) || !isFamilyName(family)) continue;
    for (const [pointer, value] of await remote.list({ family })) current.set(pointer, value);
  }
  for (const pattern of patterns) {
    if ([...current.keys()].some((pointer) => isWanted(pointer, [pattern]))) continue;
    throw new PointsmanError("pointer-unknown", `${remote.name} has no pointer ${printable(pattern)}.`, {
      hint: `${meantAsked(pattern, [...current.keys()]) ?? `${suggested("list", asked)} shows those it has.`} Nothing was written.`,
    });
  }
  return current;
}

function isWanted(pointer: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => fitsAsked(pointer, pattern));
}

function shown({ target, locked }: WrittenValue): string {
  return `${target}${locked ? " (locked)" : ""}`;
}
