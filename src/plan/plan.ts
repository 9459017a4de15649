import type { Blocked, Change, Plan } from "../model/plan.ts";
import type { Desired, PointerValue } from "../model/pointer.ts";
import { isSame } from "../pointer/is-same.ts";
import { familyOf, isReserved, isVersionPointer } from "../pointer/name.ts";
import { isName } from "../pointer/target.ts";
import type { Current } from "./current.ts";
import { emptyListing } from "./empty-listing.ts";
import { type Goal, blockedThrough, goalOf } from "./obstacles.ts";
import { alongChains, shownVia } from "./resolve-chain.ts";
import { summaryOf } from "./summary.ts";

export interface PlanInput {
  /** The pointers of a commit that has no problems. */
  readonly desired: Desired;
  /** The remote's complete listing. */
  readonly current: Current;
  readonly remote: { readonly name: string; readonly url: string; readonly hasToken?: boolean };
  /** Only these names are planned; all where it is absent. */
  readonly only?: ReadonlySet<string>;
  /** Whether a commit ever declared the pointer locked: a lock that none did is somebody's hand. */
  readonly wasDeclaredLocked: (pointer: string) => boolean;
  /** Names that the branch once declared and no longer does, to be deleted where nothing forbids it. */
  readonly prune?: ReadonlySet<string>;
}

/** A declared pointer that is not as declared, or cannot be, with what it shall be and is. */
interface Row {
  readonly pointer: string;
  readonly goal: Goal;
  /** Null where the remote does not have it. */
  readonly before: PointerValue | null;
}

/**
 * The changes that take a remote to a commit, and what stands in their way. Pure: the same input
 * gives the same plan. Only what is declared is ever changed.
 */
export function plan(input: PlanInput): Plan {
  const { desired, current, only } = input;
  // Of most pointers nothing is kept: they are as declared.
  const rows: Row[] = [];
  let unchanged = 0;
  let found = 0;
  for (const declaration of desired.pointers.values()) {
    const { pointer } = declaration;
    const goal = goalOf(declaration, desired, current, input.remote.hasToken);
    const before = current.get(pointer) ?? null;
    if (before !== null) found += 1;
    if (goal.value === null || !isSame(before, goal.value)) rows.push({ pointer, goal, before });
    else if (isIn(only, pointer)) unchanged += 1;
  }
  rows.sort((a, b) => compare(a.pointer, b.pointer));
  const blocked = blockedOf(rows, input);

  const changes: Change[] = [];
  for (const { pointer, goal, before } of rows) {
    if (!isIn(only, pointer) || goal.value === null || blocked.has(pointer)) continue;
    changes.push(changeOf(pointer, before, goal.value, shownVia(pointer, desired)));
  }
  const deletes = deletesOf(input);
  const going = new Set(deletes.map(({ pointer }) => pointer));
  changes.push(...deletes);
  changes.sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
  const ofScope = [...blocked.values()].filter(({ pointer }) => isIn(only, pointer));
  return {
    version: 1,
    commit: desired.commit,
    remote: { name: input.remote.name, url: input.remote.url },
    changes,
    blocked: ofScope,
    superseded: [],
    undeclared: only === undefined ? undeclaredOf(input, found).filter((name) => !going.has(name)) : [],
    warnings: [...warningsOf(input, changes), ...lockedOf(input)],
    versions: versionsIn(changes, current),
    summary: summaryOf(changes, ofScope, unchanged),
  };
}

function changeOf(
  pointer: string,
  before: PointerValue | null,
  after: PointerValue,
  via: readonly string[],
): Change {
  const value = before === null ? null : { pipeline: before.pipeline, locked: before.locked };
  return before === null
    ? { action: "create", pointer, before: null, after, via, cause: { kind: "new" } }
    : { action: "update", pointer, before: value, after, via, cause: { kind: "unknown" } };
}

/** Obstacles of a pointer's own first, then of those that resolve through one that has some. */
function blockedOf(
  rows: readonly Row[],
  { desired, current, wasDeclaredLocked }: PlanInput,
): Map<string, Blocked> {
  const own = new Map<string, Blocked>();
  const locked: { readonly pointer: string; readonly before: PointerValue; readonly after: PointerValue }[] =
    [];
  for (const { pointer, goal, before } of rows) {
    if (goal.blocked !== null) own.set(pointer, goal.blocked);
    else if (before?.locked === true && !goal.value.locked && !wasDeclaredLocked(pointer))
      locked.push({ pointer, before, after: goal.value });
  }
  const versions = locked.length === 0 ? {} : versionsIn(locked, current);
  for (const { pointer, before, after } of locked) {
    const { pipeline } = before;
    const at = Object.hasOwn(versions, pipeline) ? versions[pipeline] : pipeline;
    const there = pipeline === after.pipeline ? "" : ` at ${at}`;
    const message = `It is locked on the remote${there}, and no commit ever locked it: somebody did so by hand. Unlock it there, or declare it locked here first.`;
    own.set(pointer, { pointer, reason: "locked-on-remote", message });
  }
  if (own.size === 0) return own;
  const all = new Map(own);
  // All that resolve to what is missing are their own obstacles: only a lock is met on the way.
  const blockerOf = alongChains(desired, (name) => (own.has(name) ? name : undefined));
  for (const { pointer } of rows) {
    if (own.has(pointer)) continue;
    const through = blockerOf(pointer);
    if (through !== null) all.set(pointer, blockedThrough(through, pointer));
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function versionsIn(
  changes: readonly Pick<Change, "before" | "after">[],
  current: Current,
): Record<string, string> {
  const ids = new Set(changes.flatMap(({ before, after }) => [before?.pipeline, after?.pipeline]));
  const versions: (readonly [string, PointerValue])[] = [];
  for (const [name, value] of current)
    if (isVersionPointer(name) && ids.has(value.pipeline)) versions.push([name, value]);
  return Object.fromEntries(
    versions
      .map(([name, { pipeline }]) => [pipeline, name] as const)
      .sort(([a, nameA], [b, nameB]) => compare(a, b) || compare(nameA, nameB)),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Never a version, an external or a locked one: those are others' to delete, or nobody's. */
function deletesOf({ desired, current, only, prune = new Set() }: PlanInput): Change[] {
  return [...prune].flatMap((pointer): Change[] => {
    const before = current.get(pointer);
    const isOurs = !desired.pointers.has(pointer) && !isReserved(pointer) && !desired.isExternal(pointer);
    if (before === undefined || before.locked || !isOurs || !isIn(only, pointer)) return [];
    const value = { pipeline: before.pipeline, locked: before.locked };
    return [{ action: "delete", pointer, before: value, after: null, via: [], cause: { kind: "unknown" } }];
  });
}

/** What --prune would delete, were it not locked. */
function lockedOf({ desired, current, only, prune = new Set() }: PlanInput): string[] {
  const locked = [...prune].filter(
    (pointer) =>
      current.get(pointer)?.locked === true && !desired.pointers.has(pointer) && isIn(only, pointer),
  );
  if (locked.length === 0) return [];
  const more = locked.length > 5 ? ` and ${locked.length - 5} more` : "";
  return [
    `No longer declared, and not deleted since it is locked on the remote: ${locked.sort().slice(0, 5).join(", ")}${more}.`,
  ];
}

/**
 * The names of a remote's listing that are not declared, and neither versions nor externals.
 * @param found how many of the declared the remote has, where that is known: where all others are its own
 * versions, none is looked for
 */
export function undeclaredOf(
  { desired, current }: Pick<PlanInput, "desired" | "current">,
  found = 0,
): string[] {
  const { pointers, isExternal } = desired;
  const names: string[] = [];
  for (const name of current.keys()) if (!isReserved(name)) names.push(name);
  if (names.length === found) return [];
  return names.filter((name) => !pointers.has(name) && !isExternal(name)).sort();
}

function warningsOf({ desired, current, remote }: PlanInput, changes: readonly Change[]): string[] {
  if (current.size === 0) {
    if (desired.pointers.size === 0) return [];
    return [`${emptyListing(remote)} before you sync.`];
  }
  const unlisted = new Set(changes.flatMap(({ after }) => after?.pipeline ?? []));
  for (const { pipeline } of current.values()) {
    if (unlisted.size === 0) break;
    unlisted.delete(pipeline);
  }
  // The others of a chain only follow the one that has the id in its file.
  const holderOf = alongChains(desired, (name) =>
    isName(desired.pointers.get(name)?.target ?? "") ? undefined : name,
  );
  const warnings = changes.flatMap(({ pointer, after }) => {
    // What a version or an external leads to is listed: it is an id of a file.
    if (after === null || !unlisted.has(after.pipeline)) return [];
    const has = holderOf(pointer) ?? pointer;
    const whole = `${familyOf(has)}:${after.pipeline}`;
    const meant = current.has(whole) || desired.pointers.has(whole) ? `did you mean ${whole}` : "is it right";
    return [`${has} targets the id ${after.pipeline}, which no pointer on the remote leads to: ${meant}?`];
  });
  return [...new Set(warnings)];
}

function isIn(only: ReadonlySet<string> | undefined, pointer: string): boolean {
  return only === undefined || only.has(pointer);
}
