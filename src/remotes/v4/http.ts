import type { Pool } from "undici";
import type { HttpProxy } from "../../model/http-proxy.ts";
import { counted } from "../../profile.ts";
import { RemoteError } from "../remote-error.ts";
import { readBaseUrl } from "./base-url.ts";
import { openPool } from "./open-pool.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

export interface HttpOptions {
  /** Connections kept open at most. Default 16. */
  readonly connections?: number;
  /** Milliseconds until the answer must have begun, and between its parts. Default 30,000. */
  readonly idleTimeout?: number;
  /** Milliseconds until the answer must be whole. Default 60,000. */
  readonly timeout?: number;
  /** Bytes of an answer at most. Default 32 MiB: a page of 1,000 pointers takes some 200 KiB. */
  readonly bodyLimit?: number;
  readonly proxy?: HttpProxy | undefined;
}

/** A request over HTTP: other APIs have one more method than the v4 API. */
export interface HttpRequest extends Omit<TransportRequest, "method"> {
  readonly method: TransportRequest["method"] | "PUT";
}

export interface HttpTransport extends Transport {
  send(request: HttpRequest): Promise<TransportResponse>;
}

/**
 * Requests over HTTP to `url`, on connections that are kept alive. The HTTP library is loaded with the
 * first request.
 * @throws PointsmanError `config-invalid` where the URL is none that a token may be sent to
 */
export function httpTransport(url: string, options: HttpOptions = {}): HttpTransport {
  const base = readBaseUrl(url);
  const prefix = base.pathname.replace(/\/+$/, "");
  const { timeout = 60_000, idleTimeout = 30_000, connections = 16, bodyLimit = 32 * 2 ** 20 } = options;
  const connectTimeout = Math.min(idleTimeout, 10_000);
  const { proxy } = options;
  const open = (): Promise<Pool> =>
    openPool({ origin: base.origin, connections, connectTimeout, idleTimeout, proxy });
  let pool: Promise<Pool> | undefined;
  return {
    async send({ method, path, headers, body }) {
      const opened = await (pool ??= open());
      counted("requests");
      const signal = AbortSignal.timeout(timeout);
      const answer = await opened.request({
        method,
        path: prefix + path,
        headers,
        body: body ?? null,
        signal,
      });
      return {
        status: answer.statusCode,
        headers: readHeaders(answer.headers),
        body: await readBody(answer.body, bodyLimit, base.origin),
      };
    },
    close: async () => (await pool)?.destroy(),
  };
}

/** Of a header given several times, all values. */
export function readHeaders(
  headers: Record<string, string | string[] | undefined>,
): TransportResponse["headers"] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = ""]) => [
      name,
      Array.isArray(value) ? value.join(", ") : value,
    ]),
  );
}

/** Leaving the loop by the throw also closes the connection: the rest is never received. */
async function readBody(body: AsyncIterable<Buffer>, limit: number, origin: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) {
      throw new RemoteError(`an answer of ${origin} is larger than ${limit} bytes`, {
        outcome: "unclear",
        code: "remote-inconsistent",
        hint: "is the remote's url that of a registry?",
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
