import type { Plan } from "../model/plan.ts";
import type { ResultReason, SyncReport, SyncResult } from "../model/report.ts";
import { familyOf } from "../pointer/name.ts";
import { printable, visible } from "../pointer/printable.ts";
import { type Style, plural } from "./style.ts";
import { shownPipeline } from "./values.ts";

/**
 * What a sync did: every pointer that is not simply applied with its reason, then the counts.
 * @param versions what people know the ids of the plan as
 */
export function renderReport(report: SyncReport, style: Style, versions: Plan["versions"] = {}): string {
  const lines = report.results.filter(isToldOf);
  return [
    ...lines.map((line) => renderResult(line, style, versions)),
    `${countsOf(report.summary, style.colors)}.`,
    ...nextSteps(report),
    "",
  ].join("\n");
}

/** `2 applied, 1 failed, 7 unchanged` */
export function countsOf(summary: SyncReport["summary"], colors?: Style["colors"]): string {
  const counts = [
    [summary.applied, "applied", colors?.green],
    [summary.skipped, "skipped", colors?.yellow],
    [summary.failed, "failed", colors?.red],
    [summary.unchanged, "unchanged", undefined],
  ] as const;
  return counts
    .filter(([count, what]) => count > 0 || what === "applied" || what === "unchanged")
    .map(([count, what, color = String]) => color(`${count} ${what}`))
    .join(", ");
}

/** Whether there is more to say of a result than that it is applied. */
export function isToldOf({ status, reason, cause }: SyncResult): boolean {
  return status !== "applied" || reason !== undefined || cause?.kind === "drift";
}

/** What an unfinished sync leaves, and what finishes it. */
export function nextSteps({ interrupted, results }: SyncReport): string[] {
  const left = results.filter(isToGo);
  const refused = left.filter(isRefused).length;
  const again = left.length - refused;
  return [
    ...(interrupted && left.length > 0 ? ["Interrupted: what was not written is as it was."] : []),
    ...(again > 0 ? [`Run sync again to finish: ${plural(again, "pointer")} to go.`] : []),
    ...(refused > 0
      ? [`The remote refuses ${plural(refused, "pointer")}, and would again: mend what it says, then sync.`]
      : []),
  ];
}

/** Whether another run may do more, though nobody mends anything. */
export function isToRepeat({ results }: SyncReport): boolean {
  return results.some((result) => isToGo(result) && !isRefused(result));
}

/** Another run would meet the same no. */
function isRefused({ reason }: SyncResult): boolean {
  return reason === "refused" || reason === "unauthorized" || reason === "name-held";
}

/** What a plan blocks, and what a newer commit overtook, another run leaves as it is. */
function isToGo({ status, reason }: SyncResult): boolean {
  return status !== "applied" && reason !== "blocked" && reason !== "superseded";
}

function renderResult(
  { pointer, status, reason, error, cause, before }: SyncResult,
  { colors }: Style,
  versions: Plan["versions"],
): string {
  const color = { applied: colors.green, skipped: colors.yellow, failed: colors.red }[status];
  if (status === "applied" && cause?.kind === "drift") {
    const to = before === null ? "nothing" : shownPipeline(before, versions, familyOf(pointer));
    return `${colors.yellow("undone")} ${printable(pointer)}  somebody had moved it by hand to ${to}`;
  }
  return `${color(status)} ${printable(pointer)}  ${visible(error ?? reasonText(reason))}`;
}

/** Of what has no sentence of its own. */
export function reasonText(reason: ResultReason | undefined): string {
  return reason === "already-there" ? "had this value already" : (reason ?? "");
}
