import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../../../src/registry/store/open-store.ts";

/** A message of PostgreSQL's protocol that asks for a password. */
function asks(kind: number, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(9);
  head.write("R");
  head.writeInt32BE(body.length + 8, 1);
  head.writeInt32BE(kind, 5);
  return Buffer.concat([head, body]);
}

test("a database that wants a password says how to give it", async () => {
  const server = createServer((socket) => {
    const answers = [asks(10, "SCRAM-SHA-256\0\0"), asks(11, "r=nonce,s=c2FsdA==,i=4096")];
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write(answers.shift() ?? ""));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await expect(openStore(`postgres://ada@127.0.0.1:${port}/pointers`)).rejects.toMatchObject({
    code: "server-failed",
    message: `the database postgres://127.0.0.1:${port}/pointers wants a password`,
    hint: expect.stringContaining("PGPASSWORD"),
  });
});
