import { PointsmanError } from "../errors.ts";
import { type HistorySource, allEntries, entriesOf } from "../history/entries.ts";
import type { HistoryEntry } from "../model/history.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { printable } from "../pointer/printable.ts";
import { timed } from "../profile.ts";
import { renderHistory } from "../render/history.ts";
import { plural } from "../render/style.ts";
import { dateForms, readDate } from "../workspace/at.ts";
import { historySource } from "../workspace/history-source.ts";
import type { Workspace } from "../workspace/open-workspace.ts";
import { readRules, readSnapshot } from "../workspace/read-snapshot.ts";
import { type CommandResult, type Deps, exitCodes, result } from "./command.ts";
import type { HistoryOptions } from "./history.ts";

/** The history of a repository that has been opened: see `history`. */
export async function showHistory(
  workspace: Workspace,
  options: HistoryOptions,
  deps: Deps,
): Promise<CommandResult> {
  const tip = await workspace.repo.head();
  if (tip === null)
    throw new PointsmanError("ref-unknown", "There is no commit yet, so there is no history.");
  const source = historySource(workspace, tip, await readRules(workspace, tip));
  const { name } = options;
  const from = await startOf(options, workspace, deps);
  const found = name === undefined ? allEntries(source) : [await entriesOfOne(name, source, workspace)];
  // Of a long history there are very many: they become what is printed as they come.
  const isJson = options.format === "json";
  const values: unknown[] = [];
  const texts: string[] = [];
  await timed("diff", async () => {
    for await (const { entries, more } of limited(found, options.count ?? Infinity, from)) {
      if (isJson) for (const entry of entries) values.push(entryValue(entry));
      else texts.push(timed("render", () => renderHistory(entries, deps.style, more)));
      if (isJson && more > 0)
        deps.note(`-n ends within a commit, which moved ${plural(more, "more pointer")}.`);
    }
  });
  // Where nothing is declared either, that nothing moved would be believed.
  if (values.length === 0 && texts.length === 0) await readSnapshot(workspace, tip);
  if (await workspace.repo.isShallow())
    deps.note("This clone is shallow: what its first commit changed, and what came before, is not here.");
  // Each text is of whole commits, between which an empty line stands.
  const text = (): string => (texts.length === 0 ? renderHistory([], deps.style) : texts.join("\n"));
  return { ...result(options, exitCodes.done, { entries: values }, text), isLong: true };
}

function entryValue({ commit, pointer, before, after, moved }: HistoryEntry): unknown {
  return {
    commit: commit.id,
    author: commit.author,
    date: commit.date,
    subject: commit.subject,
    pointer,
    before: valueOf(before),
    after: valueOf(after),
    via: (after ?? before)?.via ?? [],
    moved,
  };
}

function valueOf(value: HistoryEntry["after"]): unknown {
  if (value === null) return null;
  const { pipeline, locked, trouble } = value;
  return trouble === null ? { pipeline, locked } : { pipeline: null, locked, trouble };
}

/** When the entries that were asked for begin, in milliseconds since 1970; null where that was not said. */
async function startOf({ since }: HistoryOptions, workspace: Workspace, deps: Deps): Promise<number | null> {
  if (since === undefined) return null;
  const from = await readDate(workspace, since, deps.environment, "start");
  if (from !== null) return from;
  throw new PointsmanError("usage", `--since ${printable(since)} is no date.`, {
    hint: `Write it as ${dateForms}.`,
  });
}

/** Entries that follow each other, and how many more there are of the last one's commit. */
interface Part {
  readonly entries: readonly HistoryEntry[];
  readonly more: number;
}

/** Clocks differ: older commits may stand before one of the time that was asked for, but hardly so many in a row. */
const mostOlder = 1000;

/** As many as were asked for: up to a number, of no older commits. */
async function* limited(
  found: AsyncIterable<HistoryEntry[]> | Iterable<HistoryEntry[]>,
  count: number,
  from: number | null,
): AsyncGenerator<Part> {
  let [left, older] = [count, 0];
  for await (const all of found) {
    const entries = from === null ? all : all.filter(({ commit }) => Date.parse(commit.date) >= from);
    older = entries.length > 0 ? 0 : older + new Set(all.map(({ commit }) => commit.id)).size;
    const some = entries.slice(0, left);
    const last = some.at(-1)?.commit.id;
    const more = entries.slice(some.length).filter(({ commit }) => commit.id === last).length;
    if (some.length > 0) yield { entries: some, more };
    left -= some.length;
    if (left === 0 || older >= mostOlder) return;
  }
}

/** @throws PointsmanError `pointer-unknown` where there are none */
async function entriesOfOne(
  name: string,
  source: HistorySource,
  workspace: Workspace,
): Promise<HistoryEntry[]> {
  const entries = await timed("diff", () => entriesOf(name, source));
  if (entries.length > 0) return entries;
  const isShallow = await workspace.repo.isShallow();
  // Whatever was declared here may be gone by now, with its config.
  const { desired } = await readSnapshot(workspace, source.tip, true);
  // As it was declared where this clone begins, or before.
  if (isShallow && desired.pointers.has(name)) return entries;
  const near = nearestPointer(name, desired.pointers.keys());
  const unshallow = isShallow ? "Fetch all of the history: git fetch --unshallow." : undefined;
  const where = isShallow ? "of this shallow clone" : "here";
  throw new PointsmanError("pointer-unknown", `No commit ${where} ever declared ${printable(name)}.`, {
    hint: near === undefined ? unshallow : `Did you mean ${near}?`,
  });
}
