import type { SyncReport, SyncResult } from "../model/report.ts";
import { printable, visible } from "../pointer/printable.ts";
import { type Style, plural } from "./style.ts";

/** What a sync did: every pointer that is not simply applied with its reason, then the counts. */
export function renderReport(report: SyncReport, style: Style): string {
  const { green, red, yellow } = style.colors;
  const { summary } = report;
  const counts = [
    green(`${summary.applied} applied`),
    summary.skipped > 0 ? yellow(`${summary.skipped} skipped`) : "",
    summary.failed > 0 ? red(`${summary.failed} failed`) : "",
    `${summary.unchanged} unchanged`,
  ].filter((part) => part !== "");
  const isToldOf = ({ status, reason, cause }: SyncResult): boolean =>
    status !== "applied" || reason !== undefined || cause?.kind === "drift";
  const lines = report.results.filter(isToldOf);
  return [
    ...lines.map((line) => renderResult(line, style)),
    `${counts.join(", ")}.`,
    ...(report.interrupted ? ["Interrupted: what was not written is as it was."] : []),
    ...(summary.failed > 0 || report.interrupted
      ? [`Run sync again to finish: ${plural(report.results.filter(isToGo).length, "pointer")} to go.`]
      : []),
    "",
  ].join("\n");
}

/** What a plan blocks, and what a newer commit overtook, another run leaves as it is. */
function isToGo({ status, reason }: SyncResult): boolean {
  return status !== "applied" && reason !== "blocked" && reason !== "superseded";
}

function renderResult(
  { pointer, status, reason, error, cause, before }: SyncResult,
  { colors }: Style,
): string {
  const color = { applied: colors.green, skipped: colors.yellow, failed: colors.red }[status];
  if (status === "applied" && cause?.kind === "drift") {
    return `${colors.yellow("undone")} ${printable(pointer)}  somebody had moved it by hand to ${printable(before?.pipeline ?? "nothing")}`;
  }
  return `${color(status)} ${printable(pointer)}  ${visible(error ?? (reason === "already-there" ? "had this value already" : (reason ?? "")))}`;
}
