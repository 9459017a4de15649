import { isUtf8 } from "node:buffer";
import type { Share, Shares } from "../budget.ts";
import { RunFailure } from "./run-failure.ts";

/**
 * The lines of a body as they arrive, empty ones left out. Nothing is read ahead of who takes them, but
 * for the part of the body that has arrived; who stops taking them closes the connection.
 * @param room of which a large line takes its share, until the next is asked for
 * @param limit bytes of one line
 * @throws RunFailure garbled where a line is longer, or not UTF-8
 */
export async function* readLines(
  body: AsyncIterable<Buffer>,
  room: Shares,
  limit: number,
): AsyncGenerator<string, void> {
  let begun: Buffer[] = [];
  let size = 0;
  let share: Share | undefined;
  try {
    for await (const chunk of body) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        let line = lineOf([...begun, chunk.subarray(start, end)]);
        share?.keep(size + end - start);
        [begun, size, start] = [[], 0, end + 1];
        if (line !== "") yield line;
        // A generator keeps what it has at hand while it waits.
        line = "";
        share?.free();
        share = undefined;
      }
      begun.push(chunk.subarray(start));
      size += chunk.length - start;
      if (size > limit) {
        throw new RunFailure("garbled", `a line of the container's answer is longer than ${limit} bytes`);
      }
      if (size > room.uncounted) share ??= await room.wait(limit);
    }
    const last = lineOf(begun);
    if (last !== "") yield last;
  } finally {
    share?.free();
  }
}

function lineOf(chunks: readonly Buffer[]): string {
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw notUtf8();
  return bytes.toString("utf8").trim();
}

/** It would be read with signs in its place that nobody wrote. */
export function notUtf8(): RunFailure {
  return new RunFailure("garbled", "the container's answer is not UTF-8");
}

/** A body that has no lines, as the only one: an error, which is not as large as results may be. */
export async function* readWhole(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string, void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) throw new RunFailure("garbled", `the container's error is larger than ${limit} bytes`);
  }
  yield Buffer.concat(chunks).toString("utf8").trim();
}

const newline = 0x0a;
