import type { Plan } from "../model/plan.ts";
import type { SyncReport, SyncResult } from "../model/report.ts";
import { familyOf } from "../pointer/name.ts";
import { blocksOf, code, document, prose } from "./markdown.ts";
import { countsOf, isToldOf, nextSteps, reasonText } from "./report.ts";
import { shortId } from "./style.ts";
import { remoteCell } from "./remote-cell.ts";
import { whyOf } from "./values.ts";

/**
 * What a sync did, for a job's summary: first what did not simply go well, then what did.
 * @param versions what people know the ids of the plan as
 */
export function renderReportMarkdown(report: SyncReport, versions: Plan["versions"] = {}): string {
  const { results, summary, remote, commit } = report;
  const inOrder = [...results.filter(isToldOf), ...results.filter((result) => !isToldOf(result))];
  return document(
    `Sync to ${code(remote.name)}: ${countsOf(summary)}`,
    [...(commit === null ? [] : [`Of commit ${shortId(commit)}.`]), ...nextSteps(report)],
    blocksOf(
      ["", "pointer", "from", "to", "why"],
      inOrder.map((result) => rowOf(result, versions)),
      "results",
    ),
    "`sync --report FILE` writes all",
  );
}

function rowOf(result: SyncResult, versions: Plan["versions"]): string[] {
  const { pointer, before, after, error, reason } = result;
  const family = familyOf(pointer);
  const said = error ?? reasonText(reason);
  return [
    statusOf(result),
    code(pointer),
    remoteCell(before, versions, family),
    remoteCell(after, versions, family),
    said === "" ? causeOf(result) : prose(said),
  ];
}

function statusOf({ status, cause }: SyncResult): string {
  if (status !== "applied") return `**${status}**`;
  return cause?.kind === "drift" ? "**undone**" : status;
}

function causeOf({ action, before, after, cause }: SyncResult): string {
  if (action === null || cause === undefined) return "";
  return cause.kind === "new" ? "new" : whyOf({ action, before, after, cause }, prose);
}
