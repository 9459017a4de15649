import { parseEntries } from "../pointer/parse-canonical.ts";
import { readPointerPath } from "../pointer/pointer-path.ts";
import type { Declaration } from "../model/pointer.ts";
import { counted } from "../profile.ts";
import { differingEntries } from "./differing-entries.ts";
import {
  type Names,
  type PastDeclaration,
  type PastFile,
  decode,
  fileOf,
  isHere,
  namedIn,
  namesIn,
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
  /** What a name was declared as before; null where that could not be read. */
  before(pointer: string): PastDeclaration | null | undefined;
  /** The names whose declaration differs; of a side that could not be read, all its keys. */
  touched(): Iterable<string>;
  /** The file as it was before; the one after holds no longer. */
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
): PastChange {
  const place = after?.place ?? readPointerPath(path);
  const older = bytes === undefined ? undefined : fileOf(path, place, bytes);
  let known: Delta | null | undefined;
  const delta = (): Delta | null =>
    known === undefined ? (known = older === undefined ? null : deltaOf(after, older)) : known;
  return {
    before(pointer) {
      const differing = delta();
      if (differing === null) return namedIn(older, pointer);
      const its = differing.find((one) => one.pointer === pointer);
      return its === undefined ? namedIn(after, pointer) : its.was;
    },
    touched() {
      const differing = delta();
      return differing === null ? touchedByWhole(after, older) : touchedBy(differing);
    },
    goBack() {
      if (older?.bytes == null || !known) return older;
      const names = after?.names() ?? new Map<string, PastDeclaration>();
      for (const { pointer, was } of known) if (was === undefined) names.delete(pointer);
      for (const { pointer, was } of known) if (was !== undefined) names.set(pointer, was);
      return knownFile(older, older.bytes, names, after?.memory ?? null);
    },
  };
}

/**
 * The file with the names that are known of it. Its bytes mostly are part of many files' that were read at once, and
 * get memory of their own: that of the version after it, which nobody reads any more.
 */
function knownFile(
  { path, place }: PastFile,
  bytes: Uint8Array,
  names: Names,
  memory: Uint8Array | null,
): PastFile {
  const size = bytes.length;
  // With some room for versions that are longer.
  const own = memory !== null && size <= memory.length ? memory : new Uint8Array(size + (size >> 3));
  own.set(bytes);
  const its = own.subarray(0, size);
  return { path, place, bytes: its, memory: own, names: () => names, isCanonical: () => true };
}

/** A name around what differs, as each side declares it. */
interface Differing {
  readonly pointer: string;
  was: PastDeclaration | undefined;
  readonly is: PastDeclaration | undefined;
}
/** Each name once; mostly it is one or two. */
type Delta = readonly Differing[];

function touchedBy(delta: Delta): string[] {
  const names: string[] = [];
  for (const { pointer, was, is } of delta) {
    const isSame =
      was?.target === is?.target && was?.locked === is?.locked && was?.description === is?.description;
    if (!isSame) names.push(pointer);
  }
  return names;
}

/** Of two versions that had to be parsed whole. Where neither could be read nothing is known to differ. */
function touchedByWhole(after: PastFile | undefined, before: PastFile | undefined): Iterable<string> {
  const [is, was] = [after?.names(), before?.names()];
  if (is === null && was === null) return [];
  const names = new Set([before, after].flatMap((file) => (file === undefined ? [] : namesIn(file))));
  if (is === null || was === null) return names;
  return touchedBy([...names].map((pointer) => ({ pointer, was: was?.get(pointer), is: is?.get(pointer) })));
}

/** Null where the two versions have to be parsed whole. */
function deltaOf(after: PastFile | undefined, older: PastFile): Delta | null {
  const { path, place, bytes } = older;
  if (after?.bytes == null || bytes === null || place === null) return null;
  const names = after.names();
  if (names === null || !after.isCanonical()) return null;
  const parts = differingEntries(after.bytes, bytes);
  if (parts === null) return null;
  const newer = entriesIn(path, parts.newer);
  const earlier = entriesIn(path, parts.older);
  // Of a file without entries the YAML parser has something to say.
  if (newer === null || earlier === null || earlier.length === 0) return null;
  const delta = new Map<string, Differing>();
  for (const { pointer } of newer) delta.set(pointer, { pointer, was: undefined, is: names.get(pointer) });
  for (const declaration of earlier) {
    const { pointer } = declaration;
    if (!isHere(pointer, place)) continue;
    const there = delta.get(pointer);
    // It stands in the file a second time.
    if (there === undefined && names.has(pointer)) return null;
    const was = pastDeclaration(declaration);
    if (there === undefined) delta.set(pointer, { pointer, was, is: undefined });
    else there.was = was;
  }
  return [...delta.values()];
}

/** Null where they are not surely of the canonical form. */
function entriesIn(path: string, part: Uint8Array): Declaration[] | null {
  counted("bytes", part.length);
  const text = decode(part);
  return text === null ? null : parseEntries(path, text, 0, 1);
}
