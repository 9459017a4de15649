import type { Socket } from "node:net";

/** Milliseconds between two tries to tell of an end. */
const pause = 20;

/**
 * Tells undici that a container has closed a connection only once it reads again. Where it does not, because an answer
 * waits to be taken, to hear of the end trips an assertion that nobody can catch, and which ends the process
 * (https://github.com/nodejs/undici/issues/5360, not mended in undici 7). What is read stays as it is: to look at each
 * part of it would cost a run a twentieth of its processor time.
 * @param connected hands the connection to undici
 */
export function endLate(socket: Socket, connected: () => void): void {
  // Else Node closes the connection by itself after its end.
  socket.allowHalfOpen = true;
  // By this code alone undici takes a broken connection for one that has ended, with the same assertion.
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNRESET") error.code = "EPIPE";
  });
  const before = new Set(socket.listeners("end"));
  connected();
  const told = socket.listeners("end").filter((listener) => !before.has(listener)) as (() => void)[];
  for (const listener of told) socket.off("end", listener);
  const tell = (): void => {
    if (socket.destroyed) return;
    try {
      for (const listener of told) listener.call(socket);
      socket.end();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_ASSERTION") throw error;
      setTimeout(tell, pause).unref();
    }
  };
  socket.on("end", tell);
}
