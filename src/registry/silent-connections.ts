import type { Server } from "node:http";
import type { Socket } from "node:net";

/** How long a new connection may take until its first byte, once the registry stops; milliseconds. */
const patience = 1_000;

/**
 * Connections that somebody opened in advance and never used, as browsers and pools of clients do. Node's
 * `closeIdleConnections` leaves them open before version 26: it took a request for under way from the moment of the
 * connection (https://github.com/nodejs/node/pull/63470).
 */
export function silentConnections(server: Server): { readonly close: () => void } {
  const openedAt = new Map<Socket, number>();
  server.on("connection", (socket: Socket) => {
    openedAt.set(socket, performance.now());
    socket.once("close", () => openedAt.delete(socket));
  });
  return {
    close: () => {
      const now = performance.now();
      for (const [socket, opened] of openedAt) {
        if (socket.bytesRead === 0 && now - opened > patience) socket.destroy();
      }
    },
  };
}
