import { maxFileSize } from "../model/source-file.ts";
import type { Git } from "./run-git.ts";

/** What a blob holds; `large` where that is more than `maxFileSize`, null where it is not there. */
export type Blob = Uint8Array | "large" | null;

/**
 * The contents of blobs by their ids, all from one `git cat-file`. What is too large passes by and is
 * not kept, and what is no blob is not there.
 */
export async function readBlobs(git: Git, ids: readonly string[]): Promise<Map<string, Blob>> {
  const unique = [...new Set(ids)];
  const found = new Map<string, Blob>(unique.map((id) => [id, null]));
  const asked = unique.filter((id) => /^[0-9a-f]{40,64}$/.test(id));
  if (asked.length === 0) return found;
  const output = reader(git.stream(["cat-file", "--batch", "--buffer"], `${asked.join("\n")}\n`));
  for (const id of asked) {
    const [, type, size] = / (\w+) (\d+)$/.exec(await output.line()) ?? [];
    // `ID missing` has nothing behind it.
    if (size === undefined) continue;
    const isKept = type === "blob" && Number(size) <= maxFileSize;
    const bytes = await output.bytes(Number(size), isKept);
    if (type === "blob") found.set(id, isKept ? bytes : "large");
    await output.bytes(1, false);
  }
  await output.end();
  return found;
}

interface Reader {
  /** The text up to the next line break, which is taken too. */
  line(): Promise<string>;
  /** The next so many bytes; null where they are only to be passed over. */
  bytes(count: number, isKept: boolean): Promise<Uint8Array | null>;
  end(): Promise<void>;
}

function reader(output: AsyncIterable<Buffer>): Reader {
  const chunks = output[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done !== true) rest = next.value;
    return next.done !== true;
  };
  /** Up to so many bytes out of what has come; at least one, unless the output has ended. */
  const take = async (count: number): Promise<Buffer> => {
    if (rest.length === 0) await more();
    const taken = rest.subarray(0, count);
    rest = rest.subarray(taken.length);
    return taken;
  };
  return {
    async line() {
      let text = "";
      for (;;) {
        const end = rest.indexOf(10);
        text += rest.toString("latin1", 0, end === -1 ? rest.length : end);
        if (end !== -1) {
          rest = rest.subarray(end + 1);
          return text;
        }
        if (!(await more())) return text;
      }
    },
    async bytes(count, isKept) {
      const parts: Buffer[] = [];
      for (let left = count; left > 0;) {
        const part = await take(left);
        if (part.length === 0) break;
        left -= part.length;
        if (isKept) parts.push(part);
      }
      return isKept ? Buffer.concat(parts) : null;
    },
    async end() {
      while (await more()) rest = Buffer.alloc(0);
    },
  };
}

/** As the Repo port tells of contents. */
export function asContents(blobs: ReadonlyMap<string, Blob>): Map<string, Uint8Array | null> {
  return new Map([...blobs].map(([id, blob]) => [id, blob === "large" ? null : blob]));
}
