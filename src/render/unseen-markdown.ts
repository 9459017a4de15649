import type { Difference } from "../model/difference.ts";
import { familyOf } from "../pointer/name.ts";
import { valueCell } from "./difference-markdown.ts";
import { signs } from "./families.ts";
import { blocksOf, code, document } from "./markdown.ts";
import { plural } from "./style.ts";

/**
 * What a push moved and no request had shown, for the run's summary.
 * @param requests the numbers of those it was compared with
 */
export function renderUnseenMarkdown(unseen: readonly Difference[], requests: readonly number[]): string {
  const rows = unseen.map(({ action, pointer, before, after }) => {
    const family = familyOf(pointer);
    return [signs[action], code(pointer), valueCell(before, family), valueCell(after, family)];
  });
  const why =
    requests.length === 0
      ? "No request brought these commits: nobody was shown these moves."
      : `Merged together, requests can move more than each showed alone. Compared with: ${requests.map((number) => `#${number}`).join(", ")}.`;
  return document(
    `${plural(unseen.length, "pointer")} moved, shown by no request`,
    [why],
    blocksOf(["", "pointer", "from", "to"], rows, "that moved"),
    "`pointsman diff` prints all",
  );
}
