import type { Plan } from "../model/plan.ts";
import type { PointerValue } from "../model/pointer.ts";
import { familyOf } from "../pointer/name.ts";
import { shortName } from "./families.ts";
import { blocksOf, code, document, prose } from "./markdown.ts";
import { plural, shortId } from "./style.ts";
import { versionOf } from "./values.ts";

/** A pointer that somebody moved by hand, and where it should be. */
export interface Drift {
  readonly pointer: string;
  /** What the remote has; null where the plan does not say. */
  readonly found: PointerValue | null;
  readonly declared: PointerValue | null;
  readonly message: string;
}

/** What a plan found moved by hand, also where `on_drift` leaves it so. */
export function driftOf({ changes, blocked }: Plan): Drift[] {
  return [
    ...changes
      .filter(({ cause }) => cause.kind === "drift")
      .map(({ pointer, before, after }) => ({ pointer, found: before, declared: after, message: "" })),
    ...blocked
      .filter(({ reason }) => reason === "drift")
      .map(({ pointer, message }) => ({ pointer, found: null, declared: null, message })),
  ];
}

/** The text of the issue about them, also where there are none any more. */
export function renderDriftMarkdown(plan: Plan): string {
  const drift = driftOf(plan);
  const at = `Looked at for ${plan.commit === null ? "no commit" : `commit ${shortId(plan.commit)}`}.`;
  if (drift.length === 0)
    return document(`No pointer of ${code(plan.remote.name)} was moved by hand`, [at], [], "");
  const rows = drift.map(({ pointer, found, declared, message }) => {
    const show = (value: PointerValue | null): string => {
      if (value === null) return "";
      const text = code(shortName(versionOf(value, plan.versions) ?? value.pipeline, familyOf(pointer)));
      return value.locked ? `${text} (locked)` : text;
    };
    return [code(pointer), show(found), show(declared), message === "" ? "" : prose(message)];
  });
  return document(
    `${plural(drift.length, "pointer")} of ${code(plan.remote.name)} moved by hand`,
    [
      "No commit of this branch ever said what the remote says of them.",
      "To keep it so, `pointsman adopt NAME` writes it into the files; to undo it, run the sync again. This issue is closed when nothing is left of it.",
      at,
    ],
    blocksOf(["pointer", "the remote has", "declared", ""], rows, "moved by hand"),
    "`pointsman plan` prints all",
  );
}
