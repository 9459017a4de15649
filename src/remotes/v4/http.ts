import type { Pool } from "undici";
import type { HttpProxy } from "../../model/http-proxy.ts";
import { exchange } from "../../exchange.ts";
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
  const tooLarge = (): RemoteError =>
    new RemoteError(`an answer of ${base.origin} is larger than ${bodyLimit} bytes`, {
      outcome: "unclear",
      code: "remote-inconsistent",
      hint: "is the remote's url that of a registry?",
    });
  return {
    async send({ method, path, headers, body }) {
      const opened = await (pool ??= open());
      counted("requests");
      const request = { method, path: prefix + path, headers, body: body ?? null };
      let timer: NodeJS.Timeout | undefined;
      const answer = await exchange(opened, request, {
        limit: bodyLimit,
        tooLarge,
        onAbort: (abort) => {
          timer = setTimeout(
            () => abort(new DOMException("no whole answer in time", "TimeoutError")),
            timeout,
          );
        },
      }).finally(() => clearTimeout(timer));
      return { status: answer.status, headers: readHeaders(answer.headers), body: answer.text };
    },
    close: async () => (await pool)?.destroy(),
  };
}

/** Of a header given several times, all values. */
export function readHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): TransportResponse["headers"] {
  const read: Record<string, string> = {};
  for (const [name, value = ""] of Object.entries(headers))
    read[name] = Array.isArray(value) ? value.join(", ") : value;
  return read;
}
