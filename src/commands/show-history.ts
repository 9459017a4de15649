import { PointsmanError } from "../errors.ts";
import { allEntries, entriesOf } from "../history/entries.ts";
import type { HistoryEntry } from "../model/history.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { printable } from "../pointer/printable.ts";
import { timed } from "../profile.ts";
import { renderHistory } from "../render/history.ts";
import { readDate } from "../workspace/at.ts";
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
  const found = name === undefined ? allEntries(source) : await timed("diff", () => entriesOf(name, source));
  const { entries, isWhole } = await timed("diff", () => limited(found, workspace, options, deps));
  if (options.name !== undefined && entries.length === 0 && isWhole)
    await refuseNever(options.name, workspace, tip);
  if (await workspace.repo.isShallow())
    deps.note("This clone is shallow: what came before its first commit is not here.");
  const json = {
    entries: entries.map(({ commit, pointer, before, after, moved }) => ({
      commit: commit.id,
      author: commit.author,
      date: commit.date,
      subject: commit.subject,
      pointer,
      before: valueOf(before),
      after: valueOf(after),
      via: (after ?? before)?.via ?? [],
      moved,
    })),
  };
  const shown = result(options, exitCodes.done, json, () => renderHistory(entries, deps.style));
  return { ...shown, isLong: true };
}

function valueOf(value: HistoryEntry["after"]): unknown {
  if (value === null) return null;
  const { pipeline, locked, trouble } = value;
  return trouble === null ? { pipeline, locked } : { pipeline: null, locked, trouble };
}

/** As many as were asked for. `isWhole` is false where the options may have left some out. */
async function limited(
  found: AsyncIterable<HistoryEntry> | Iterable<HistoryEntry>,
  workspace: Workspace,
  { count = Infinity, since }: HistoryOptions,
  deps: Deps,
): Promise<{ entries: HistoryEntry[]; isWhole: boolean }> {
  const from = since === undefined ? null : await readDate(workspace, since, deps.environment, "start");
  if (since !== undefined && from === null) {
    throw new PointsmanError("usage", `--since ${printable(since)} is no date.`, {
      hint: "Write it as 2026-11-17, 2026-11-17 14:00 or 2026-11-17T14:00Z.",
    });
  }
  const entries: HistoryEntry[] = [];
  for await (const entry of found) {
    if (entries.length >= count) return { entries, isWhole: false };
    if (from !== null && Date.parse(entry.commit.date) < from) return { entries, isWhole: false };
    entries.push(entry);
  }
  return { entries, isWhole: true };
}

async function refuseNever(name: string, workspace: Workspace, tip: string): Promise<never> {
  // Whatever was declared here may be gone by now, with its config.
  const { desired } = await readSnapshot(workspace, tip, true);
  const near = nearestPointer(name, desired.pointers.keys());
  throw new PointsmanError("pointer-unknown", `No commit here ever declared ${printable(name)}.`, {
    hint: near === undefined ? undefined : `Did you mean ${near}?`,
  });
}
