import { RunFailure } from "./run-failure.ts";

/**
 * The lines of a body as they arrive, empty ones left out. Nothing is read ahead of who takes them, but
 * for the part of the body that has arrived; who stops taking them closes the connection.
 * @param limit bytes of one line
 * @throws RunFailure garbled where a line is longer
 */
export async function* readLines(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string, void> {
  let begun: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = Buffer.concat([...begun, chunk.subarray(start, end)])
        .toString("utf8")
        .trim();
      [begun, size, start] = [[], 0, end + 1];
      if (line !== "") yield line;
    }
    begun.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > limit) {
      throw new RunFailure("garbled", `a line of the container's answer is longer than ${limit} bytes`);
    }
  }
  const last = Buffer.concat(begun).toString("utf8").trim();
  if (last !== "") yield last;
}

/** A body that has no lines, as the only one. */
export async function* readWhole(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string, void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) throw new RunFailure("garbled", `the container's answer is larger than ${limit} bytes`);
  }
  yield Buffer.concat(chunks).toString("utf8");
}

const newline = 0x0a;
