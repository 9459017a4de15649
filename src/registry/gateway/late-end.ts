import type { Socket } from "node:net";

/**
 * Tells undici that a container has closed a connection only once it has read all that came before. Where it reads
 * nothing because an answer waits to be taken, to hear of the end trips an assertion of undici's that nobody can catch,
 * and which ends the process (https://github.com/nodejs/undici/issues/5360, not mended in undici 7).
 */
export function endLate(socket: Socket): void {
  const [read, push] = [socket.read.bind(socket), socket.push.bind(socket)];
  let hasEnded = false;
  socket.push = (chunk, encoding) => {
    if (chunk !== null) return push(chunk, encoding);
    hasEnded = true;
    // Whoever reads does so now.
    socket.emit("readable");
    return false;
  };
  socket.read = (size) => {
    const chunk = read(size);
    if (chunk === null && hasEnded && size === undefined) {
      hasEnded = false;
      queueMicrotask(() => {
        push(null);
        read(0);
      });
    }
    return chunk;
  };
  // By this code alone undici takes a broken connection for one that has ended, with the same assertion.
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNRESET") error.code = "EPIPE";
  });
}
