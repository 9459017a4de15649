/**
 * What a delta makes of its base: https://git-scm.com/docs/pack-format, "Deltified representation".
 * @throws Error where the delta is not one of this base, or is damaged
 */
export function applyDelta(delta: Buffer, base: Buffer): Buffer {
  const cursor = { at: 0 };
  if (readSize(delta, cursor) !== base.length) throw new Error("A delta does not fit its base.");
  const result = Buffer.allocUnsafe(checkedSize(readSize(delta, cursor)));
  let filled = 0;
  while (cursor.at < delta.length) {
    const op = readByte(delta, cursor);
    if (op === 0) throw new Error("A delta has an unknown instruction.");
    const isCopy = (op & 0x80) !== 0;
    const [source, start, size] = isCopy ? copyOf(op, delta, cursor, base) : [delta, cursor.at, op];
    if (!isCopy) cursor.at += size;
    if (start + size > source.length || filled + size > result.length) throw new Error("A delta is damaged.");
    source.copy(result, filled, start, start + size);
    filled += size;
  }
  if (filled !== result.length) throw new Error("A delta ends too early.");
  return result;
}

interface Cursor {
  at: number;
}

/** Which bytes of the base are copied: the bits of the instruction say which bytes of the two numbers follow. */
function copyOf(op: number, delta: Buffer, cursor: Cursor, base: Buffer): [Buffer, number, number] {
  let [start, size] = [0, 0];
  for (let byte = 0; byte < 4; byte += 1)
    if ((op & (1 << byte)) !== 0) start += readByte(delta, cursor) * 2 ** (8 * byte);
  for (let byte = 0; byte < 3; byte += 1)
    if ((op & (16 << byte)) !== 0) size += readByte(delta, cursor) * 2 ** (8 * byte);
  return [base, start, size === 0 ? 0x10000 : size];
}

function readSize(delta: Buffer, cursor: Cursor): number {
  let [size, factor] = [0, 1];
  for (;;) {
    const byte = readByte(delta, cursor);
    size += (byte & 0x7f) * factor;
    if (byte < 0x80) return size;
    factor *= 128;
  }
}

function readByte(delta: Buffer, cursor: Cursor): number {
  const byte = delta[cursor.at];
  if (byte === undefined) throw new Error("A delta ends too early.");
  cursor.at += 1;
  return byte;
}

/** A damaged size must not take all memory. */
function checkedSize(size: number): number {
  if (size > 2 ** 31) throw new Error("A delta makes more than 2 GiB.");
  return size;
}
