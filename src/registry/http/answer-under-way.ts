import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * The answer that goes out on a connection next, from the moment that its request's headers are there; null where none
 * is asked for. Node's own name for it, which no public one tells (its `server.on("timeout")` looks at the same).
 */
export function answerUnderWay(
  socket: Socket & { readonly _httpMessage?: ServerResponse | null },
): ServerResponse | null {
  const { _httpMessage: answer } = socket;
  return answer ?? null;
}
