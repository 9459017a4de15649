import { parseEntries } from "../pointer/parse-canonical.ts";
import { startsEntry } from "../pointer/canonical-text.ts";
import { readPointerPath, withoutRoot } from "../pointer/pointer-path.ts";
import { counted } from "../profile.ts";
import {
  type PastDeclaration,
  type PastFile,
  decode,
  fileOf,
  isHere,
  namedIn,
  pastDeclaration,
} from "./past-files.ts";

/**
 * What one commit changed in one pointer file. Both sides hold until `goBack` is called.
 *
 * Most commits change a line or two. Where both versions are in the canonical form only the entries
 * around what differs are parsed, and the older version's names are the newer one's with these put right:
 * parsing each version whole would take a long history's time.
 */
export interface PastChange {
  readonly after: PastFile | undefined;
  /** Whether the file was there before. */
  readonly wasThere: boolean;
  /** What a name was declared as before; null where that could not be read. */
  before(pointer: string): PastDeclaration | null | undefined;
  /** Every name that was declared before. */
  beforeNames(): Iterable<string>;
  /** The names whose declaration differs, or could not be read on one side. */
  touched(): Iterable<string>;
  /** The file as it was before; `after` holds no longer. */
  goBack(): PastFile | undefined;
}

/**
 * @param after the file as the commit left it
 * @param bytes of the file before; null where they could not be read, undefined where it was not there
 */
export function pastChange(
  path: string,
  after: PastFile | undefined,
  bytes: Uint8Array | null | undefined,
  root: string,
): PastChange {
  const place = after?.place ?? readPointerPath(withoutRoot(path, root));
  const older = bytes === undefined ? undefined : fileOf(path, place, bytes === null ? null : decode(bytes));
  let known: Delta | null | undefined;
  const delta = (): Delta | null =>
    known === undefined ? (known = older === undefined ? null : deltaOf(after, older)) : known;
  return {
    after,
    wasThere: older !== undefined,
    before(pointer) {
      const differing = delta();
      if (differing === null) return namedIn(older, pointer);
      return differing.has(pointer) ? differing.get(pointer)?.was : namedIn(after, pointer);
    },
    beforeNames: () => older?.names()?.keys() ?? [],
    touched: () => touchedBy(delta() ?? wholeDelta(after, older)),
    goBack() {
      if (older === undefined || !known) return older;
      const names = after?.names() ?? new Map<string, PastDeclaration>();
      for (const [pointer, { was }] of known) if (was === undefined) names.delete(pointer);
      for (const [pointer, { was }] of known) if (was !== undefined) names.set(pointer, was);
      return { ...older, names: () => names, isCanonical: () => true };
    },
  };
}

/** The names around what differs, as each side declares them. */
type Delta = ReadonlyMap<
  string,
  { readonly was: PastDeclaration | undefined; readonly is: PastDeclaration | undefined }
>;

function touchedBy(delta: Delta): string[] {
  return [...delta].flatMap(([name, { was, is }]) => {
    const isSame =
      was?.target === is?.target && was?.locked === is?.locked && was?.description === is?.description;
    return isSame ? [] : [name];
  });
}

function wholeDelta(after: PastFile | undefined, before: PastFile | undefined): Delta {
  const [is, was] = [after?.names(), before?.names()];
  const names = [...(was?.keys() ?? []), ...(is?.keys() ?? [])];
  return new Map(names.map((name) => [name, { was: was?.get(name), is: is?.get(name) }]));
}

/** Null where the two versions have to be parsed whole. */
function deltaOf(after: PastFile | undefined, older: PastFile): Delta | null {
  const { path, place, text } = older;
  if (after === undefined || text === null || place === null) return null;
  const names = after.names();
  if (names === null || !after.isCanonical()) return null;
  const parts = differingEntries(after.text ?? "", text);
  if (parts === null) return null;
  counted("bytes", parts[0].length + parts[1].length);
  const [newer, earlier] = parts.map((part) => parseEntries(path, part, 0, 1));
  // Of a file without entries the YAML parser has something to say.
  if (newer == null || earlier == null || earlier.length === 0) return null;
  const delta = new Map<string, { was: PastDeclaration | undefined; is: PastDeclaration | undefined }>();
  for (const { pointer } of newer) delta.set(pointer, { was: undefined, is: names.get(pointer) });
  for (const declaration of earlier) {
    const { pointer } = declaration;
    if (!isHere(pointer, place)) continue;
    const there = delta.get(pointer);
    // It stands in the file a second time.
    if (there === undefined && names.has(pointer)) return null;
    delta.set(pointer, { was: pastDeclaration(declaration), is: there?.is });
  }
  return delta;
}

/**
 * The parts of two texts in which they differ, each from the line of a name up to another one's or the
 * end. Null where they differ before the first name.
 * @param newer a text in the canonical form
 */
function differingEntries(newer: string, older: string): [string, string] | null {
  const shorter = Math.min(newer.length, older.length);
  let same = 0;
  while (same < shorter && newer.charCodeAt(same) === older.charCodeAt(same)) same += 1;
  let start = newer.lastIndexOf("\n", same) + 1;
  while (!startsEntry(newer, start) || start + 3 > same) {
    // No name stands above the line of `pointers:`.
    if (start < 2) return null;
    start = newer.lastIndexOf("\n", start - 2) + 1;
  }
  let left = 0;
  while (
    left < shorter - same &&
    newer.charCodeAt(newer.length - left - 1) === older.charCodeAt(older.length - left - 1)
  )
    left += 1;
  let end = newer.indexOf("\n", newer.length - left);
  while (end !== -1 && !startsEntry(newer, end + 1)) end = newer.indexOf("\n", end + 1);
  const behind = end === -1 ? 0 : newer.length - end - 1;
  return [detached(newer, start, newer.length - behind), detached(older, start, older.length - behind)];
}

/** A part of a text that does not keep the whole of it in memory, as parts do otherwise. */
function detached(text: string, start: number, end: number): string {
  return `\n${text.slice(start, end)}`.slice(1);
}
