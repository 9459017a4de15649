import type { FileNote, OwnersNote, ReviewNote, TargetNote } from "../model/review-note.ts";
import { plural } from "./style.ts";

const governs = {
  config: "which remote gets the token",
  workflow: "what CI runs",
  codeowners: "who has to approve",
} as const satisfies Record<FileNote["kind"], string>;

const mostShown = 5;
const ownersShown = 3;

/**
 * Notes as sentences: the files that govern pointers in one, then a sentence for each pointer that has another target
 * and leads where it did, and for each chain onto others' pointers.
 * @param show makes somebody else's text safe
 */
export function noteSentences(notes: readonly ReviewNote[], show: (text: string) => string): string[] {
  const files = notes.filter((note) => note.kind !== "owners" && note.kind !== "target");
  const targets = notes.filter((note) => note.kind === "target");
  const chains = notes.filter((note) => note.kind === "owners");
  const named = files.slice(0, mostShown).map(({ kind, file }) => `${show(file)} (${governs[kind]})`);
  const more = files.length > mostShown ? ` and ${plural(files.length - mostShown, "file")} more` : "";
  return [
    ...(files.length === 0 ? [] : [`This changes more than pointers: ${named.join(", ")}${more}.`]),
    ...targets.slice(0, mostShown).map((note) => targetSentence(note, show)),
    ...(targets.length > mostShown
      ? [`${plural(targets.length - mostShown, "more pointer")} with another target and the same end.`]
      : []),
    ...chains.slice(0, mostShown).map((note) => chainSentence(note, show)),
    ...(chains.length > mostShown
      ? [`${plural(chains.length - mostShown, "more chain")} onto pointers of other owners.`]
      : []),
  ];
}

function targetSentence({ pointer, before, after }: TargetNote, show: (text: string) => string): string {
  return `${show(pointer)} targets ${show(after)} now, not ${show(before)}: both lead to the same today, and may not later.`;
}

function chainSentence(
  { pointer, owners, target, targetOwners }: OwnersNote,
  show: (text: string) => string,
): string {
  const by = (list: readonly string[]): string => {
    const more = list.length > ownersShown ? " and others" : "";
    return list.length === 0 ? "nobody" : `${list.slice(0, ownersShown).map(show).join(", ")}${more}`;
  };
  return `${show(pointer)}, owned by ${by(owners)}, follows ${show(target)}, owned by ${by(targetOwners)}: whoever moves the second moves the first.`;
}
