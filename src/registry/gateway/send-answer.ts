import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { uncounted } from "../budget.ts";
import { onDone, onLeave } from "../http/on-leave.ts";
import type { RunLines } from "./relay-lines.ts";
import type { GatewayAnswer } from "./run-answer.ts";

/**
 * Sends what a caller gets.
 * @param patience milliseconds for the caller to take an answer that is there, or one line of it
 */
export function sendAnswer(
  reply: FastifyReply,
  patience: number,
  { status, retryAfter, body }: GatewayAnswer,
): FastifyReply {
  if (retryAfter !== null) void reply.header("retry-after", String(retryAfter));
  void reply.code(status);
  if (typeof body !== "string") return sendLines(reply, patience, body);
  if (body.length > uncounted) {
    const late = cutOff(reply, patience);
    onDone(reply, () => clearTimeout(late));
  }
  return reply.type("application/json; charset=utf-8").send(body);
}

function cutOff({ request }: FastifyReply, patience: number): NodeJS.Timeout {
  return setTimeout(() => request.raw.socket.destroy(), patience).unref();
}

/** Sends lines as they come, each asked for once the one before it is on its way: one is in memory at a time. */
function sendLines(reply: FastifyReply, patience: number, lines: RunLines): FastifyReply {
  const { raw: answer } = reply;
  let isLeft = false;
  let wake = (): void => undefined;
  answer.on("drain", () => wake());
  onLeave(reply, () => {
    isLeft = true;
    wake();
  });
  const pull = async (): Promise<void> => {
    // A stream wants more just before it passes on what it has.
    await Promise.resolve();
    if (answer.writableNeedDrain) {
      const late = cutOff(reply, patience);
      await new Promise<void>((resolve) => (isLeft ? resolve() : (wake = resolve)));
      clearTimeout(late);
    }
    stream.push(await lines.next());
  };
  const stream = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read: () => void pull().catch((error: Error) => stream.destroy(error)),
    destroy: (error, done) => {
      lines.close();
      done(error);
    },
  });
  // A proxy in between shall not collect them.
  void reply.type("application/x-ndjson; charset=utf-8").header("x-accel-buffering", "no");
  return reply.send(stream);
}
