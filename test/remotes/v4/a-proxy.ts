import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, createServer as createHttpServer } from "node:http";
import { type AddressInfo, type Server, type Socket, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";

/** What a proxy does with a CONNECT: a status that it answers, or what it does to the connection. */
export type Proxying = number | ((socket: Socket) => void);

/** An HTTP proxy, and what it got to see. Whatever host is asked for, it connects to `port` of this machine. */
export async function aProxy(port: number, act: Proxying = 200) {
  const asked: { host: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const seen: Buffer[] = [];
  const server = createHttpServer((_request, response) => void response.writeHead(400).end());
  server.on("connect", ({ url, headers }, socket: Socket) => {
    asked.push({ host: url, headers });
    socket.on("error", () => undefined);
    if (typeof act === "function") return act(socket);
    if (act !== 200) return void socket.end(`HTTP/1.1 ${act} No\r\ncontent-length: 0\r\n\r\n`);
    const onward = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 Established\r\n\r\n"));
    onward.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => seen.push(chunk));
    socket.pipe(onward).pipe(socket);
  });
  return { port: await listen(server), asked, seen: () => Buffer.concat(seen).toString("latin1") };
}

/** TLS in front of a port of this machine, with a certificate that nobody has signed. */
export async function tlsBefore(port: number, host: string) {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${host}`;
  execFileSync(
    "openssl",
    [...made.split(" "), "-addext", `subjectAltName=DNS:${host}`, "-keyout", key, "-out", certificate],
    { stdio: "pipe" },
  );
  const server = createTlsServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (socket: Socket) => {
      const onward = connect(port, "127.0.0.1");
      for (const end of [socket, onward]) end.on("error", () => undefined);
      socket.pipe(onward).pipe(socket);
    },
  );
  server.on("tlsClientError", () => undefined);
  return { port: await listen(server), certificate };
}

async function listen(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => open.add(socket));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
