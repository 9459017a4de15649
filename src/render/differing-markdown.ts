import type { Cause, Plan } from "../model/plan.ts";
import type { PointerValue } from "../model/pointer.ts";
import { familyOf } from "../pointer/name.ts";
import { suggested } from "../pointer/suggested.ts";
import { blocksOf, code, document, prose } from "./markdown.ts";
import { warningLines } from "./plan-markdown.ts";
import { plural, shortId } from "./style.ts";
import { remoteCell } from "./remote-cell.ts";

/** A pointer that is not as the branch declares it, although what was merged is synced. */
export interface Differing {
  readonly pointer: string;
  /** What the remote has, and what is declared; both null where a plan is stopped and does not say. */
  readonly found: PointerValue | null;
  readonly declared: PointerValue | null;
  /** Why, as Markdown. */
  readonly why: string;
}

const reasons = {
  drift: "**moved by hand**: no commit ever said so",
  behind: "an earlier commit said so: moved back by hand, or a sync that did not finish",
  new: "not there: removed by hand, or a sync that did not finish",
  external: "an external pointer moved",
  unknown: "the history here is too short to say why",
  ahead: "",
} as const satisfies Record<Cause["kind"], string>;

/** What a plan would change or cannot, except where a newer commit than the plan's already says so. */
export function differingIn({ changes, blocked }: Plan): Differing[] {
  return [
    ...changes
      .filter(({ cause }) => cause.kind !== "ahead")
      .map(({ pointer, before, after, cause }) => ({
        pointer,
        found: before,
        declared: after,
        why: reasons[cause.kind],
      })),
    ...blocked.map(({ pointer, message }) => ({
      pointer,
      found: null,
      declared: null,
      why: `**blocked**: ${prose(message)}`,
    })),
  ];
}

/**
 * The text of the issue about them, also where there are none any more.
 * @param named the remote, where the command line named it
 */
export function renderDifferingMarkdown(plan: Plan, named?: string): string {
  const differing = differingIn(plan);
  const remote = code(plan.remote.name);
  const at = `Looked at for ${plan.commit === null ? "no commit" : `commit ${shortId(plan.commit)}`}.`;
  if (differing.length === 0) return document(`All pointers of ${remote} are as declared`, [at], [], "");
  const rows = differing.map(({ pointer, found, declared, why }) => {
    const family = familyOf(pointer);
    const cells = [found, declared].map((value) => remoteCell(value, plan.versions, family));
    return [code(pointer), ...cells, why];
  });
  return document(
    `${plural(differing.length, "pointer")} of ${remote} not as declared`,
    [
      ...warningLines(plan.warnings),
      `To keep what the remote has, ${suggested("adopt NAME", named)} writes it into the files; to undo it, run the sync again (where on_drift is keep or fail: ${suggested("sync --on-drift overwrite", named)}). This issue is closed once all is as declared.`,
      at,
    ],
    blocksOf(["pointer", "the remote has", "declared", "why"], rows, "not as declared"),
    `${suggested("plan", named)} prints all`,
  );
}
