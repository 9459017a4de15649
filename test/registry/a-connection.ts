import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { onTestFinished } from "vitest";
import { token } from "./a-registry.ts";

/** A connection on which a test decides what is read, and when. It ends with the test. */
export async function aConnection(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** A run's request as it goes over a connection. */
export function runOf(pipeline: string, { path = "/v4/runs", id = "" } = {}): string {
  const body = JSON.stringify({ pipeline });
  return (
    `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
    (id === "" ? "" : `x-correlation-id: ${id}\r\n`) +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}
