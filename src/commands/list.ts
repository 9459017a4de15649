import { isReserved } from "../pointer/name.ts";
import type { Desired, PointerValue } from "../model/pointer.ts";
import { fitsPattern } from "../pointer/pattern.ts";
import { printable } from "../pointer/printable.ts";
import type { Current } from "../plan/current.ts";
import { goalOf } from "../plan/obstacles.ts";
import { isSame } from "../plan/plan.ts";
import { renderTable } from "../render/table.ts";
import { survey } from "../remotes/survey.ts";
import { believedConfig } from "../workspace/base.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readPreview } from "../workspace/preview.ts";
import { refuseProblems } from "../workspace/refuse-problems.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote } from "./remote-notes.ts";

export interface ListOptions extends CommonOptions {
  readonly pattern?: string;
  readonly remote?: string;
}

/**
 * Where a name stands: as declared, elsewhere than declared, not there yet, leading to nothing there,
 * or there and not ours to declare.
 */
export type State = "synced" | "differs" | "missing" | "blocked" | "undeclared" | "version" | "external";

export interface ListedPointer {
  readonly pointer: string;
  readonly target: string | null;
  /** What the remote has. */
  readonly pipeline: string | null;
  readonly locked: boolean;
  readonly state: State;
}

/** Declared pointers and where they stand on the remote, and the remote's own. */
export async function list(options: ListOptions, deps: Deps): Promise<CommandResult> {
  const workspace = await openWorkspace(options.dir, deps.environment);
  const { snapshot, isWorkingTree } = await readPreview(workspace);
  refuseProblems(snapshot, "nothing was listed");
  const config = await believedConfig(workspace, snapshot, deps.environment);
  const remote = await openRemote(workspace, config, deps.environment, { named: options.remote });
  try {
    announceRemote(remote, deps);
    if (isWorkingTree) deps.note("Compared with the working tree, which is not committed.");
    const current = await survey(remote, snapshot.desired);
    const pattern = options.pattern ?? "*/*";
    const pointers = listedPointers(snapshot.desired, current).filter(({ pointer }) =>
      fits(pointer, pattern),
    );
    return result(options, exitCodes.done, { pointers }, () => render(pointers, deps));
  } finally {
    await remote.close();
  }
}

function fits(pointer: string, pattern: string): boolean {
  if (pattern === "*/*") return true;
  return fitsPattern(pointer, pattern) || fitsPattern(pointer, `${pattern}:*`);
}

function listedPointers(desired: Desired, current: Current): ListedPointer[] {
  const names = [...new Set([...desired.pointers.keys(), ...current.keys()])].sort();
  return names.map((pointer) => {
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

function render(pointers: readonly ListedPointer[], { style }: Deps): string {
  const { bold, dim, green, red, yellow } = style.colors;
  if (pointers.length === 0) return "No pointers.\n";
  const colors = {
    synced: green,
    differs: yellow,
    missing: yellow,
    blocked: red,
    undeclared: dim,
    version: dim,
    external: dim,
  } as const satisfies Record<State, (text: string) => string>;
  const rows = pointers.map(({ pointer, target, pipeline, locked, state }) => [
    printable(pointer),
    target === null ? "" : printable(target),
    pipeline === null ? "" : printable(pipeline),
    locked ? "locked" : "",
    colors[state](state),
  ]);
  return renderTable([["POINTER", "TARGET", "PIPELINE", "", "STATE"].map(bold), ...rows]);
}
