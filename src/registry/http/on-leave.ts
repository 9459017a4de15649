import { setMaxListeners } from "node:events";
import type { FastifyReply } from "fastify";

/** Calls the listener where the caller leaves: its connection closes before the answer is out, or has done so already. */
export function onLeave({ request, raw: answer }: FastifyReply, listener: () => void): void {
  const { socket } = request.raw;
  if (socket.destroyed) return listener();
  // An answer that has to wait for those before it hears nothing of its connection until it is its turn.
  const isNext = answer.socket !== null;
  const closing = isNext ? answer : socket;
  if (!isNext) setMaxListeners(0, socket);
  closing.once("close", listener);
  // Not `writableFinished`: that is true too of what was written to a connection that had just been closed.
  answer.once("finish", () => closing.off("close", listener));
}

/** Calls the listener once nothing of the answer is in memory any more: it is out, or the caller has left. */
export function onDone(reply: FastifyReply, listener: () => void): void {
  if (reply.raw.writableFinished) return listener();
  reply.raw.once("finish", listener);
  onLeave(reply, listener);
}
