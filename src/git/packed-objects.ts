import { closeSync, openSync, readSync } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { applyDelta } from "./apply-delta.ts";
import { type PackIndex, readPackIndex } from "./pack-index.ts";
import type { StoredObject } from "./stored-objects.ts";

export interface PackedObjects {
  /** An object by its full id; null where no pack has it. */
  readonly read: (id: string) => Promise<StoredObject | null>;
  /** The ids in all packs that begin so. */
  readonly startingWith: (prefix: string) => Promise<string[]>;
}

/** Packs up to this size are held in memory whole; of larger ones each object is read from disk. In bytes. */
const mostHeld = 64 * 1024 * 1024;
/** Objects kept because the next one is likely a delta of one of them, in bytes. */
const mostKept = 8 * 1024 * 1024;

/**
 * The packs of a repository. isomorphic-git takes a tenth of a millisecond for each object and keeps
 * them all; walking 20,000 commits takes some 70,000.
 */
export function packedObjects(gitDir: string): PackedObjects {
  const folder = join(gitDir, "objects", "pack");
  const packs = readdir(folder).then(
    (names) =>
      Promise.all(
        names
          .filter((name) => name.endsWith(".idx"))
          .map((name) => openPack(join(folder, name.slice(0, -".idx".length)))),
      ).then((opened) => opened.filter((pack) => pack !== null)),
    () => [],
  );
  // Who asks is told of a damaged pack; until then it is nobody's error.
  packs.catch(() => undefined);
  return {
    async read(id) {
      for (const pack of await packs) {
        const offset = pack.index.offsetOf(id);
        if (offset !== undefined) return pack.read(offset);
      }
      return null;
    },
    startingWith: async (prefix) => (await packs).flatMap(({ index }) => index.startingWith(prefix)),
  };
}

interface Pack {
  readonly index: PackIndex;
  readonly read: (offset: number) => StoredObject;
}

const types: Readonly<Record<number, string>> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
const [offsetDelta, idDelta] = [6, 7];

async function openPack(path: string): Promise<Pack | null> {
  const size = await stat(`${path}.pack`).then(
    (about) => about.size,
    () => null,
  );
  if (size === null) return null;
  const index = readPackIndex(await readFile(`${path}.idx`), size);
  const whole = size <= mostHeld ? await readFile(`${path}.pack`) : null;
  const slice = (start: number, end: number): Buffer =>
    whole?.subarray(start, end) ?? readPart(`${path}.pack`, start, end);

  const kept = new Map<number, StoredObject>();
  let keptBytes = 0;
  const keep = (offset: number, object: StoredObject): StoredObject => {
    kept.set(offset, object);
    keptBytes += object.bytes.length;
    for (const [oldest, { bytes }] of kept) {
      if (keptBytes <= mostKept || oldest === offset) break;
      kept.delete(oldest);
      keptBytes -= bytes.length;
    }
    return object;
  };

  const read = (offset: number): StoredObject => {
    // A chain of deltas is walked to its base first, then applied back: it may be thousands long.
    const deltas: { readonly offset: number; readonly delta: Buffer }[] = [];
    let at = offset;
    let object = kept.get(at);
    while (object === undefined) {
      const raw = slice(at, index.endOf(at));
      const { type, size: length, end } = readHeader(raw);
      const known = types[type];
      if (known !== undefined) {
        object = keep(at, { type: known, bytes: inflate(raw.subarray(end), length) });
        break;
      }
      const base = readBase(type, raw, end, at, index);
      deltas.push({ offset: at, delta: inflate(raw.subarray(base.end), length) });
      if (base.offset === undefined || deltas.length > 100_000) throw new Error("A delta has no base.");
      at = base.offset;
      object = kept.get(at);
    }
    for (const { offset: to, delta } of deltas.toReversed()) {
      object = keep(to, { type: object.type, bytes: applyDelta(delta, object.bytes) });
    }
    return object;
  };
  return { index, read };
}

/** Three bits of type and a size of seven bits a byte, the lowest four first. */
function readHeader(raw: Buffer): { type: number; size: number; end: number } {
  let byte = raw[0] ?? 0;
  let [size, factor, end] = [byte & 15, 16, 1];
  const type = (byte >> 4) & 7;
  while (byte >= 0x80) {
    byte = raw[end] ?? 0;
    end += 1;
    size += (byte & 0x7f) * factor;
    factor *= 128;
  }
  return { type, size, end };
}

/** Where the base of a delta is: so many bytes before it, or by id in the same pack. */
function readBase(
  type: number,
  raw: Buffer,
  start: number,
  at: number,
  index: PackIndex,
): { offset: number | undefined; end: number } {
  if (type === idDelta) {
    return { offset: index.offsetOf(raw.toString("hex", start, start + 20)), end: start + 20 };
  }
  if (type !== offsetDelta) throw new Error("A pack has an object of an unknown type.");
  let end = start + 1;
  let byte = raw[start] ?? 0;
  let back = byte & 0x7f;
  while (byte >= 0x80) {
    byte = raw[end] ?? 0;
    end += 1;
    back = (back + 1) * 128 + (byte & 0x7f);
  }
  return { offset: back > 0 && back < at ? at - back : undefined, end };
}

function inflate(raw: Buffer, size: number): Buffer {
  // Chunks of the size that comes out: zlib's own are 16 KiB each, however little is in them.
  const bytes = inflateSync(raw, { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64) });
  if (bytes.length !== size) throw new Error("An object of a pack is damaged.");
  return bytes;
}

/** Opened each time: a repository has no end at which a file could be closed. */
function readPart(path: string, start: number, end: number): Buffer {
  const file = openSync(path, "r");
  try {
    const part = Buffer.allocUnsafe(end - start);
    const count = readSync(file, part, 0, part.length, start);
    return part.subarray(0, count);
  } finally {
    closeSync(file);
  }
}
