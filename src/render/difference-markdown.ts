import type { DeclaredValue, Difference } from "../model/difference.ts";
import type { ReviewNote } from "../model/review-note.ts";
import { familyOf } from "../pointer/name.ts";
import { countsOf, linksOf, nothingMoved } from "./difference.ts";
import { shortName, signs } from "./families.ts";
import { type Block, blocksOf, code, codes, document, foldedBlock, prose } from "./markdown.ts";
import { noteSentences } from "./review-notes.ts";
import { plural } from "./style.ts";

/**
 * What ends up elsewhere between two commits, for a pull request's comment. What leads nowhere any more comes
 * first.
 * @param movedBy the name whose own declaration moved each pointer
 * @param unread what could not be compared, a sentence each
 */
export function renderDifferenceMarkdown(
  changes: readonly Difference[],
  movedBy: (pointer: string) => string | null,
  notes: readonly ReviewNote[] = [],
  unread: readonly string[] = [],
): string {
  const inOrder = [...changes.filter(isLoud), ...changes.filter((change) => !isLoud(change))];
  const rows = inOrder.map((change) => rowOf(change, movedBy(change.pointer)));
  const described = changes.filter(({ before, after }) => before?.description !== after?.description);
  const blocks: Block[] = [
    ...blocksOf(["", "pointer", "from", "to", "via", "why"], rows, "that end up elsewhere"),
    ...foldedBlock(
      (count) => plural(count, "description"),
      ["pointer", "before", "after"],
      described.map(({ pointer, before, after }) => [
        code(pointer),
        prose(before?.description ?? ""),
        prose(after?.description ?? ""),
      ]),
    ),
  ];
  const title = changes.length === 0 ? nothingMoved(unread) : countsOf(changes);
  const told = noteSentences(notes, code).map((text) => `> ${text}`);
  const lines = told.length === 0 ? [] : [["> [!IMPORTANT]", told.join("\n>\n")].join("\n")];
  return document(title, [...unread.map(prose), ...lines], blocks, "`pointsman diff` prints all");
}

function isLoud({ action, after }: Difference): boolean {
  return action === "delete" || after?.pipeline === null;
}

function rowOf(change: Difference, moved: string | null): string[] {
  const { action, pointer, before, after } = change;
  const family = familyOf(pointer);
  const links = codes(linksOf(change, family), " → ");
  return [
    signs[action],
    code(pointer),
    valueCell(before, family),
    valueCell(after, family),
    links,
    whyOf(change, moved),
  ];
}

/** Where a pointer leads, in a table's cell; empty where it is not declared. */
export function valueCell(value: DeclaredValue | null, family: string): string {
  if (value === null) return "";
  const text =
    value.pipeline === null ? "**nothing**: a broken chain" : code(shortName(value.pipeline, family));
  return value.locked ? `${text} (locked)` : text;
}

/** In the files alone there is one reason: what the request edits. */
function whyOf({ action, pointer, before, after }: Difference, moved: string | null): string {
  if (action === "delete") return "**removed**";
  if (action === "create") return "new";
  const [was, is] = [before ?? null, after ?? null];
  if (was?.pipeline !== is?.pipeline)
    return moved === null || moved === pointer
      ? "moved"
      : `${code(shortName(moved, familyOf(pointer)))} moved`;
  if (was?.locked !== is?.locked) return is?.locked === true ? "locked" : "unlocked";
  return "described anew";
}
