import type { Server } from "node:http";
import type { Socket } from "node:net";
import { answerUnderWay } from "./answer-under-way.ts";
import type { Log } from "./log.ts";

/** Milliseconds between two lines of the log about connections that were turned away. */
const quiet = 60_000;

/**
 * Holds a server's connections to their number, and closes those on which nothing moves: idle ones, and those whose
 * caller takes nothing of an answer that is there for it, which would stay in memory. Not those that wait for an
 * answer: a run may take long. How long is the server's own `timeout`.
 */
export function boundConnections(server: Server, most: number, log: Log): void {
  server.on("timeout", (socket: Socket) => {
    if (answerUnderWay(socket) === null || socket.writableLength > 0) socket.destroy();
  });
  server.maxConnections = most;
  let told = Number.NEGATIVE_INFINITY;
  server.on("drop", () => {
    const now = performance.now();
    if (now - told < quiet) return;
    told = now;
    log.warn({}, `${most} connections are open: further ones are closed at once`);
  });
}
