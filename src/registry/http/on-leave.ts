import { setMaxListeners } from "node:events";
import type { FastifyReply } from "fastify";

/** Calls the listener where the caller leaves: its connection closes before the answer is out, or has done so already. */
export function onLeave({ request, raw: answer }: FastifyReply, listener: () => void): void {
  const { socket } = request.raw;
  if (socket.destroyed) return listener();
  const leave = (): void => {
    if (!answer.writableFinished) listener();
  };
  if (answer.socket !== null) {
    answer.once("close", leave);
    return;
  }
  // It has to wait for those before it on this connection, and hears nothing of that until it is its turn.
  setMaxListeners(0, socket);
  socket.once("close", leave);
  answer.once("finish", () => socket.off("close", leave));
}

/** Calls the listener once nothing of the answer is in memory any more: it is out, or the caller has left. */
export function onDone(reply: FastifyReply, listener: () => void): void {
  if (reply.raw.writableFinished) return listener();
  reply.raw.once("finish", listener);
  onLeave(reply, listener);
}
