import type { FastifyReply } from "fastify";

/** Calls the listener where the caller leaves: its connection closes before the answer is out, or has done so already. */
export function onLeave({ raw }: FastifyReply, listener: () => void): void {
  if (raw.closed || raw.socket?.destroyed === true) return listener();
  raw.once("close", () => {
    if (!raw.writableFinished) listener();
  });
}
