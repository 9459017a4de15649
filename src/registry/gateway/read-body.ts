import { RunFailure } from "./run-failure.ts";

/**
 * A body as text. Leaving the loop by the throw closes the connection: the rest is never received.
 * @param limit bytes
 * @throws RunFailure garbled where it is larger
 */
export async function readBody(body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new RunFailure("garbled", `the container's answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] ?? "").toString("utf8") : Buffer.concat(chunks).toString("utf8");
}
