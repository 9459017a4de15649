import type { Change, Plan } from "../model/plan.ts";
import { familyOf } from "../pointer/name.ts";
import { suggested } from "../pointer/suggested.ts";
import type { Forges } from "./compare-link.ts";
import { shortName, signs } from "./families.ts";
import { type Block, blocksOf, code, codes, document, foldedBlock, prose } from "./markdown.ts";
import { modelChange } from "./model-change.ts";
import { plural, shortId } from "./style.ts";
import { remoteCell } from "./remote-cell.ts";
import { linksOf, whyOf } from "./values.ts";

/**
 * A plan for a pull request's comment or a job's summary. What loses or undoes something comes first.
 * @param forges hosts whose pages of a model's repository may be linked
 * @param named the remote, where the command line named it
 */
export function renderPlanMarkdown(plan: Plan, forges: Forges, named?: string): string {
  const { changes, blocked, superseded, undeclared, warnings, remote, commit } = plan;
  const inOrder = [...changes.filter(isLoud), ...changes.filter((change) => !isLoud(change))];
  const rows = inOrder.map((change) => rowOf(change, plan, forges));
  const columns = ["", "pointer", "from", "to", "via", "why"];
  const all = `${suggested("plan", named)} prints all`;
  const what = commit === null ? "the working tree, which is not committed" : `commit ${shortId(commit)}`;
  const blocks: Block[] = [
    ...blocksOf(
      ["blocked", "because"],
      blocked.map(({ pointer, message }) => [code(pointer), prose(message)]),
      "blocked",
    ),
    ...blocksOf(columns, rows, "to change"),
    ...foldedBlock(
      (count) => `The ids of ${plural(count, "version")}`,
      ["version", "pipeline"],
      versionsIn(plan).map(([id, version]) => [code(version), code(id)]),
    ),
    ...foldedBlock(
      (count) => `Left alone, since a newer commit declares them otherwise: ${plural(count, "pointer")}`,
      ["pointer", "newer commit"],
      superseded.map(({ pointer, commit: newer }) => [code(pointer), shortId(newer)]),
    ),
    ...foldedBlock(
      (count) => `On the remote and not declared here, so left alone: ${plural(count, "pointer")}`,
      ["pointer"],
      undeclared.map((pointer) => [code(pointer)]),
    ),
  ];
  return document(
    `Plan for ${code(remote.name)}: ${countsOf(plan)}`,
    [`What \`sync\` would do for ${what}.`, ...warningLines(warnings)],
    blocks,
    all,
  );
}

/** Lines of their own, in sight. */
export function warningLines(warnings: Plan["warnings"]): string[] {
  return warnings.slice(0, 5).map((warning) => `**Warning**: ${prose(warning)}`);
}

/** Words of ours, at the start: what an author wrote comes behind them. */
const loudWords = /^(removed|removal|undoes|(moved|locked|unlocked) by hand)/;

function isLoud({ action, cause }: Change): boolean {
  return action === "delete" || cause.kind === "drift" || cause.kind === "ahead";
}

function rowOf(change: Change, plan: Plan, forges: Forges): string[] {
  const { versions } = plan;
  const { action, pointer, before, after, cause } = change;
  const family = familyOf(pointer);
  const links = linksOf(change, versions).map((link) => shortName(link, family));
  const model = modelChange(change, plan, forges);
  const why = cause.kind === "new" ? "new" : whyOf(change, prose).replace(loudWords, "**$&**");
  return [
    signs[action],
    code(pointer),
    remoteCell(before, versions, family),
    remoteCell(after, versions, family),
    codes(links, " → "),
    [why, model].filter((text) => text !== "").join("; "),
  ];
}

/** The ids that are shown as versions, in the order of those. */
function versionsIn({ changes, versions }: Plan): [string, string][] {
  const ids = new Set(
    changes.flatMap(({ before, after }) => [before, after].map((value) => value?.pipeline)),
  );
  return Object.entries(versions)
    .filter(([id]) => ids.has(id))
    .toSorted(([, a], [, b]) => (a < b ? -1 : 1));
}

function countsOf({ summary, superseded }: Plan): string {
  const { create, update, unchanged, blocked } = summary;
  const counts = [
    ...(create > 0 ? [`${create} to create`] : []),
    ...(update > 0 ? [`${update} to update`] : []),
    ...(summary.delete > 0 ? [`${summary.delete} to delete`] : []),
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
    ...(superseded.length > 0 ? [`${superseded.length} superseded`] : []),
  ];
  if (counts.length === 0) return `nothing to do, ${plural(unchanged, "pointer")} as declared`;
  return `${counts.join(", ")}, ${unchanged} unchanged`;
}
