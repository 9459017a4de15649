import { PointsmanError } from "../errors.ts";
import type { Difference } from "../model/difference.ts";
import type { Desired } from "../model/pointer.ts";
import type { ReviewNote } from "../model/review-note.ts";
import { difference, movedBy, retargeted } from "../plan/difference.ts";
import { printable } from "../pointer/printable.ts";
import { timed } from "../profile.ts";
import { renderDifferenceMarkdown } from "../render/difference-markdown.ts";
import { renderDifference } from "../render/difference.ts";
import { plural, shortId } from "../render/style.ts";
import { type Workspace, openWorkspace } from "../workspace/open-workspace.ts";
import { parentOf } from "../workspace/parent-of.ts";
import { resolveRef } from "../workspace/resolve-ref.ts";
import { reviewNotes } from "../workspace/review-notes.ts";
import { noPointersHere, problemsOf, readSnapshot } from "../workspace/read-snapshot.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

export interface DiffOptions extends CommonOptions {
  /** `BASE..HEAD`, `BASE...HEAD`, one commit, or nothing. */
  readonly range?: string;
}

/** Which pointers end up somewhere else between two commits. No remote is asked: versions stay names. */
export async function diff(options: DiffOptions, deps: Deps): Promise<CommandResult> {
  const { range } = options;
  const { changes, notes, unread, markdown } = await compared(options, deps);
  if (range !== undefined && !range.includes("..")) deps.note(noteOfOne(printable(range)));
  const data = { changes, ...(notes.length === 0 ? {} : { notes }) };
  return result(options, exitCodes.done, data, () => renderDifference(changes, deps.style, notes, unread), {
    markdown,
  });
}

/** Whoever knows git takes one commit for what the rest is compared with. */
function noteOfOne(commit: string): string {
  const [command, shows] =
    commit === "HEAD" ? ["diff", "is not committed"] : [`diff ${commit}..HEAD`, "has changed since"];
  return `This is what ${commit} itself changed; \`pointsman ${command}\` is what ${shows}.`;
}

export interface Compared {
  readonly workspace: Workspace;
  readonly changes: readonly Difference[];
  readonly notes: readonly ReviewNote[];
  /** What is said of files that could not be read. */
  readonly unread: readonly string[];
  readonly markdown: () => string;
}

/** What `diff` tells of. */
export async function compared(options: Pick<DiffOptions, "dir" | "range">, deps: Deps): Promise<Compared> {
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const [base, head] = await sidesOf(options.range, workspace);
  // git is asked for all of it at once: it answers one question while the answer to another is looked at.
  const [was, is, notesOn] = await Promise.all([
    declaredAt(base, workspace),
    declaredAt(head, workspace),
    base == null ? null : reviewNotes(workspace, { base, head: head ?? null }),
  ]);
  // That nothing moved would be believed.
  if (!was.isThere && !is.isThere) throw noPointersHere();
  const [before, after] = [was.desired, is.desired];
  const unread = [was.note, is.note].filter((note) => note !== null);
  for (const note of unread) deps.note(note);
  const [changes, targets] = timed("diff", () => [difference(before, after), retargeted(before, after)]);
  const notes = notesOn?.(changes, targets, after) ?? [];
  const markdown = (): string => renderDifferenceMarkdown(changes, movedBy(before, after), notes, unread);
  return { workspace, changes, notes, unread, markdown };
}

/** A commit's id, null for the working tree, undefined for what was before the first commit. */
type Side = string | null | undefined;

async function sidesOf(range: string | undefined, workspace: Workspace): Promise<[Side, Side]> {
  const { repo } = workspace;
  if (range === undefined && repo.workTree === null) {
    throw new PointsmanError("no-repository", "A bare repository has no working tree to compare.", {
      hint: "Name what to compare: `pointsman diff BASE..HEAD`, or one commit.",
    });
  }
  if (range === undefined) return [(await repo.head()) ?? undefined, null];
  const [, left = "", dots, right = ""] = /^(.*?)(\.{2,3})(.*)$/.exec(range) ?? [];
  if (dots === undefined) {
    const commit = await resolveRef(repo, range);
    return [(await parentOf(workspace, commit)) ?? undefined, commit];
  }
  // In turn: where git knows neither, it is always the first that is told.
  const base = await resolveRef(repo, left || "HEAD");
  const head = await resolveRef(repo, right || "HEAD");
  if (dots === "..") return [base, head];
  const merge = await repo.mergeBase(base, head);
  if (merge === null)
    throw new PointsmanError("ref-unknown", `${left} and ${right} have no common ancestor in this clone.`);
  return [merge, head];
}

/** @returns also whether it is a pointer repository then, and what is to be said of it */
async function declaredAt(
  side: Side,
  workspace: Workspace,
): Promise<{ readonly desired: Desired; readonly isThere: boolean; readonly note: string | null }> {
  if (side === undefined) return { desired: nothing, isThere: false, note: null };
  const snapshot = await readSnapshot(workspace, side, true);
  const problems = problemsOf(snapshot).length;
  const name = side === null ? "The working tree" : shortId(side);
  const note = `${name} has ${plural(problems, "problem")}; what could not be read there is left out.`;
  const isThere = snapshot.files.length > 0;
  return { desired: snapshot.desired, isThere, note: problems > 0 ? note : null };
}

const nothing: Desired = {
  commit: null,
  declarations: [],
  pointers: new Map(),
  isExternal: () => false,
  root: "",
  unreadable: [],
};
