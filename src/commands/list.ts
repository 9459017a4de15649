import { familyOf, isPointerName, isReserved } from "../pointer/name.ts";
import type { Desired, PointerValue } from "../model/pointer.ts";
import { fitsAsked } from "../pointer/pattern.ts";
import { meantAsked } from "../plan/meant-pointer.ts";
import { writtenBy } from "../plan/versions.ts";
import { shortName } from "../render/families.ts";
import type { Current } from "../plan/current.ts";
import { goalOf } from "../plan/obstacles.ts";
import { isSame } from "../pointer/is-same.ts";
import { printable } from "../pointer/printable.ts";
import { type ListedPointer, type State, renderList } from "../render/list.ts";
import { survey, surveyFamilies } from "../remotes/survey.ts";
import { believedConfig } from "../workspace/base.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { commitAt } from "../workspace/at.ts";
import { readChain } from "../workspace/read-chain.ts";
import { type Workspace, openWorkspace } from "../workspace/open-workspace.ts";
import { problemsOf, readRules, readSnapshot } from "../workspace/read-snapshot.ts";
import { defaultConfig } from "../config/config.ts";
import { chainEnd, resolveChain } from "../plan/resolve-chain.ts";
import { plural } from "../render/style.ts";
import { readChainPreview, readPreview } from "../workspace/preview.ts";
import { refuseProblems } from "../workspace/refuse-problems.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote, noteDeclaredAt, pauseNote } from "./remote-notes.ts";

export interface ListOptions extends CommonOptions {
  readonly pattern?: string;
  /** A ref or a date: what was declared then, offline. */
  readonly at?: string;
  readonly remote?: string;
}

/** Declared pointers and where they stand on the remote, and the remote's own. */
export async function list(options: ListOptions, deps: Deps): Promise<CommandResult> {
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  if (options.at !== undefined) return listAt(options.at, workspace, options, deps);
  const { pattern = "*/*" } = options;
  const isOne = isPointerName(pattern);
  const { snapshot, isWorkingTree } = isOne
    ? await readChainPreview(workspace, pattern)
    : await readPreview(workspace);
  if (!snapshot.isPart) refuseProblems(snapshot, "nothing was listed");
  const config = await believedConfig(workspace, snapshot, deps.environment);
  const remote = await openRemote(workspace, config, deps.environment, {
    named: options.remote,
    onPause: pauseNote(deps),
  });
  try {
    announceRemote(remote, deps);
    if (isWorkingTree) deps.note("Compared with the working tree, which is not committed.");
    const current = snapshot.isPart
      ? await surveyFamilies(remote, [pattern, ...resolveChain(pattern, snapshot.desired).via].map(familyOf))
      : await survey(remote, snapshot.desired);
    const pointers = listedPointers(snapshot.desired, current, pattern);
    if (pointers.length === 0)
      noteNear(pattern, [...snapshot.desired.pointers.keys(), ...current.keys()], deps);
    // Of all that the remote has: only where something differs.
    let written: ReturnType<typeof writtenBy> | undefined;
    const thereOf = ({ pointer, pipeline, locked }: ListedPointer): string => {
      written ??= writtenBy(current);
      const end = written(pointer, { pipeline: pipeline ?? "", locked })?.target ?? pipeline ?? "";
      const isLock = snapshot.desired.pointers.get(pointer)?.locked !== locked;
      return `${shortName(end, familyOf(pointer))}${isLock ? (locked ? ", locked" : ", not locked") : ""}`;
    };
    return result(options, exitCodes.done, { pointers }, () => renderList(pointers, deps.style, thereOf));
  } finally {
    await remote.close();
  }
}

/** Nothing has the name that was asked for: it may be a typing error of one that there is. */
function noteNear(pattern: string, names: readonly string[], deps: Deps): void {
  const meant = meantAsked(pattern, names);
  if (meant !== undefined) deps.note(`There is no ${printable(pattern)}. ${meant}`);
}

function fits(pointer: string, pattern: string): boolean {
  return pattern === "*/*" || fitsAsked(pointer, pattern);
}

/** Only what is listed is followed: of part of the files, other chains may lead out. */
function listedPointers(desired: Desired, current: Current, pattern: string): ListedPointer[] {
  const names = [...new Set([...desired.pointers.keys(), ...current.keys()])];
  const listed = names.filter((pointer) => fits(pointer, pattern)).sort();
  return listed.map((pointer) => {
    const declaration = desired.pointers.get(pointer);
    const there = current.get(pointer);
    return {
      pointer,
      target: declaration?.target ?? null,
      pipeline: there?.pipeline ?? null,
      locked: there?.locked ?? declaration?.locked ?? false,
      state: stateOf(pointer, desired, current, there),
    };
  });
}

function stateOf(
  pointer: string,
  desired: Desired,
  current: Current,
  there: PointerValue | undefined,
): State {
  const declaration = desired.pointers.get(pointer);
  if (declaration === undefined) {
    if (isReserved(pointer)) return "version";
    return desired.isExternal(pointer) ? "external" : "undeclared";
  }
  const goal = goalOf(declaration, desired, current);
  if (goal.value === null) return "blocked";
  if (there === undefined) return "missing";
  return isSame(there, goal.value) ? "synced" : "differs";
}

/** What was declared at a commit or a date. What ran then is the registry's to say, so no remote is asked. */
async function listAt(
  at: string,
  workspace: Workspace,
  options: ListOptions,
  deps: Deps,
): Promise<CommandResult> {
  const head = await workspace.repo.head();
  const { config } = head === null ? { config: defaultConfig } : await readRules(workspace, head);
  const commit = await commitAt(workspace, at, config, deps.environment);
  const { pattern = "*/*" } = options;
  const chain = isPointerName(pattern) ? await readChain(workspace, commit, [pattern]) : null;
  const snapshot = chain ?? (await readSnapshot(workspace, commit));
  const problems = snapshot.isPart ? 0 : problemsOf(snapshot).length;
  if (problems > 0)
    deps.note(`That commit has ${plural(problems, "problem")}; what could not be read is left out.`);
  noteDeclaredAt(commit, deps);
  const pointers = [...snapshot.desired.pointers.values()]
    .filter(({ pointer }) => fits(pointer, pattern))
    .sort((a, b) => (a.pointer < b.pointer ? -1 : 1))
    .map(({ pointer, target, locked }): ListedPointer => {
      const pipeline = chainEnd(pointer, snapshot.desired)?.target ?? null;
      return { pointer, target, pipeline, locked, state: pipeline === null ? "broken" : "declared" };
    });
  if (pointers.length === 0) noteNear(pattern, [...snapshot.desired.pointers.keys()], deps);
  return result(options, exitCodes.done, { pointers }, () => renderList(pointers, deps.style));
}
