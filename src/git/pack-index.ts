/** Where the objects of one pack are: an `.idx` file of version 2 (https://git-scm.com/docs/pack-format). */
export interface PackIndex {
  /** Where an object begins in the pack; undefined where the pack lacks it. */
  readonly offsetOf: (id: string) => number | undefined;
  /** Where the object ends that begins there. */
  readonly endOf: (offset: number) => number;
}

const header = 8;
const fanout = 256 * 4;
const idLength = 20;

/**
 * @param bytes the file
 * @param packSize the size of the pack, in bytes
 * @returns null for any other version
 */
export function readPackIndex(bytes: Buffer, packSize: number): PackIndex | null {
  if (bytes.length < header + fanout || bytes.readUInt32BE(0) !== 0xff744f63 || bytes.readUInt32BE(4) !== 2)
    return null;
  const count = bytes.readUInt32BE(header + fanout - 4);
  const ids = header + fanout;
  // Behind the ids come checksums of four bytes each, then the offsets, then the large offsets.
  const offsets = ids + count * (idLength + 4);
  const large = offsets + count * 4;
  const offsetAt = (index: number): number => {
    const offset = bytes.readUInt32BE(offsets + index * 4);
    if (offset < 0x80000000) return offset;
    return Number(bytes.readBigUInt64BE(large + (offset - 0x80000000) * 8));
  };
  // What stands behind the last object is the pack's checksum.
  const starts = new Float64Array(count + 1);
  for (let index = 0; index < count; index += 1) starts[index] = offsetAt(index);
  starts[count] = packSize - idLength;
  starts.sort();
  return {
    offsetOf(id) {
      const wanted = Buffer.from(id, "hex");
      const first = wanted[0] ?? 0;
      let low = first === 0 ? 0 : bytes.readUInt32BE(header + (first - 1) * 4);
      let high = bytes.readUInt32BE(header + first * 4);
      while (low < high) {
        const middle = (low + high) >> 1;
        const at = ids + middle * idLength;
        const order = bytes.compare(wanted, 0, idLength, at, at + idLength);
        if (order === 0) return offsetAt(middle);
        if (order < 0) low = middle + 1;
        else high = middle;
      }
      return undefined;
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
