import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Milliseconds, of `performance.now()`. */
  readonly at: number;
}

/** What to answer: null closes the connection without a word. */
export type Scripted = { status?: number; headers?: Record<string, string>; body?: unknown } | null;

/** A real HTTP server that answers as a test says, and remembers what it was asked. */
export async function scriptedServer(
  answer: (seen: Seen, response: ServerResponse) => Promise<Scripted> | Scripted,
) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const one: Seen = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
        at: performance.now(),
      };
      seen.push(one);
      const script = await answer(one, response);
      if (script === null) {
        request.socket.destroy();
        return;
      }
      if (response.headersSent) return;
      const { status = 200, headers = {}, body = "" } = script;
      response.writeHead(status, headers);
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The page of `rows` that a request asks for, as a registry would give it. */
export function pageOf(rows: readonly string[], { url }: Pick<Seen, "url">, most = 1000) {
  const query = new URL(url, "http://registry").searchParams;
  const skip = Number(query.get("skip"));
  const limit = Math.min(Number(query.get("limit")), most);
  return { skip, limit, total: rows.length, data: rows.slice(skip, skip + limit).map((name) => rowOf(name)) };
}

export function rowOf(pointer: string, pipeline = "pipeline_one", locked = false) {
  return { id: `pointer_${pointer}`, pointer, pipeline_id: pipeline, locked };
}

/** `count` names of one family. */
export function names(count: number, family = "myuser/many"): string[] {
  return Array.from({ length: count }, (_, i) => `${family}:tag-${i}`);
}
