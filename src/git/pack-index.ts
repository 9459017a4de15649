/** Where the objects of one pack are: an `.idx` file (https://git-scm.com/docs/pack-format). */
export interface PackIndex {
  /** Where an object begins in the pack; undefined where the pack lacks it. */
  readonly offsetOf: (id: string) => number | undefined;
  /** The ids that begin so: at least four digits. */
  readonly startingWith: (prefix: string) => string[];
  /** Where the object ends that begins there. */
  readonly endOf: (offset: number) => number;
}

const fanout = 256 * 4;
const idLength = 20;

/**
 * @param bytes the file
 * @param packSize the size of the pack, in bytes
 * @throws Error for a version that is neither 1 nor 2
 */
export function readPackIndex(bytes: Buffer, packSize: number): PackIndex {
  const { header, ids, step, count, offsetAt } = layoutOf(bytes);
  // What stands behind the last object is the pack's checksum.
  const starts = new Float64Array(count + 1);
  for (let index = 0; index < count; index += 1) starts[index] = offsetAt(index);
  starts[count] = packSize - idLength;
  starts.sort();
  const idAt = (index: number): Buffer => bytes.subarray(ids + index * step, ids + index * step + idLength);
  /** How many ids sort before this one. */
  const before = (id: Buffer): number => {
    const first = id[0] ?? 0;
    let low = first === 0 ? 0 : bytes.readUInt32BE(header + (first - 1) * 4);
    let high = bytes.readUInt32BE(header + first * 4);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (idAt(middle).compare(id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    offsetOf(id) {
      const wanted = Buffer.from(id, "hex");
      const at = before(wanted);
      return at < count && idAt(at).equals(wanted) ? offsetAt(at) : undefined;
    },
    startingWith(prefix) {
      const found: string[] = [];
      for (let at = before(Buffer.from(prefix.padEnd(idLength * 2, "0"), "hex")); at < count; at += 1) {
        const id = idAt(at).toString("hex");
        if (!id.startsWith(prefix)) break;
        found.push(id);
      }
      return found;
    },
    endOf(offset) {
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle + 1;
        else high = middle;
      }
      return starts[low] ?? packSize;
    },
  };
}

interface Layout {
  /** Where the fan-out table begins, and where the first id. */
  readonly header: number;
  readonly ids: number;
  /** From one id to the next. */
  readonly step: number;
  readonly count: number;
  /** Where the object of the nth id begins. */
  readonly offsetAt: (index: number) => number;
}

function layoutOf(bytes: Buffer): Layout {
  // Version 1 has neither magic number nor version: each entry is an offset of four bytes and an id.
  const version = bytes.readUInt32BE(0) === 0xff744f63 ? bytes.readUInt32BE(4) : 1;
  if (version > 2) throw new Error(`A pack has an index of version ${version}.`);
  const header = version === 1 ? 0 : 8;
  const entries = header + fanout;
  const count = bytes.readUInt32BE(entries - 4);
  if (version === 1) {
    const step = 4 + idLength;
    const offsetAt = (index: number): number => bytes.readUInt32BE(entries + index * step);
    return { header, ids: entries + 4, step, count, offsetAt };
  }
  // Behind the ids come checksums of four bytes each, then the offsets, then the large offsets.
  const offsets = entries + count * (idLength + 4);
  const large = offsets + count * 4;
  const offsetAt = (index: number): number => {
    const offset = bytes.readUInt32BE(offsets + index * 4);
    if (offset < 0x80000000) return offset;
    return Number(bytes.readBigUInt64BE(large + (offset - 0x80000000) * 8));
  };
  return { header, ids: entries, step: idLength, count, offsetAt };
}
