import { printable } from "../pointer/printable.ts";
import { type Clock, backOff } from "../remotes/clock.ts";
import { RemoteError } from "../remotes/remote-error.ts";
import { readRetryAfter } from "../remotes/v4/gate.ts";
import type { HttpRequest, HttpTransport } from "../remotes/v4/http.ts";
import type { TransportResponse } from "../remotes/v4/transport.ts";
import { waitFor } from "../waiting.ts";
import { textAt } from "./payload.ts";

/** A JSON API of a forge, on one host. No redirect is followed: the token stays there. */
export interface Api {
  /**
   * @param isRepeatable whether it may be sent again where its answer is lost; all but POST are
   * @throws RemoteError for every answer but a success
   */
  call(method: HttpRequest["method"], path: string, body?: unknown, isRepeatable?: boolean): Promise<unknown>;
  /** All rows of a listing of pages. */
  rows(path: string): Promise<unknown[]>;
  close(): Promise<void>;
}

const attempts = 3;
/** Milliseconds. Beyond the longest wait, going on without a comment serves better. */
const [firstDelay, longestDelay, longestWait] = [1000, 8000, 60_000];
const pageSize = 100;
/** No request has as many notes. */
const mostPages = 100;

/**
 * @param options.name of the forge, as people know it
 * @param options.headers with the token
 */
export function jsonApi(options: {
  readonly name: string;
  readonly transport: HttpTransport;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
}): Api {
  const { name, transport, clock } = options;
  const headers = { "user-agent": "pointsman", accept: "application/json", ...options.headers };

  async function send(request: HttpRequest): Promise<TransportResponse> {
    const answer = await transport.send(request).catch((cause: unknown) => {
      if (cause instanceof RemoteError) throw cause;
      throw new RemoteError(`${name} did not answer`, {
        outcome: "unclear",
        code: "remote-unreachable",
        cause,
      });
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(name, request, answer, clock.now());
  }

  async function call(
    method: HttpRequest["method"],
    path: string,
    body?: unknown,
    isRepeatable = method !== "POST",
  ): Promise<TransportResponse> {
    const request: HttpRequest =
      body === undefined
        ? { method, path, headers }
        : {
            method,
            path,
            headers: { ...headers, "content-type": "application/json" },
            body: JSON.stringify(body),
          };
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(request).finally(waitFor(name));
      } catch (error) {
        const wait = waitAfter(error, isRepeatable, backOff(tries, firstDelay, longestDelay));
        if (wait === null || tries >= attempts) throw error;
        await clock.sleep(wait);
      }
    }
  }

  return {
    call: async (...request) => read(name, await call(...request)),
    async rows(path) {
      const all: unknown[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const joint = path.includes("?") ? "&" : "?";
        const answer = await call("GET", `${path}${joint}per_page=${pageSize}&page=${page}`);
        const rows = read(name, answer);
        if (!Array.isArray(rows)) throw unreadable(name);
        all.push(...(rows as unknown[]));
        // GitLab takes out of a page what nobody may see with this token: it need not be the last that is not full.
        if (rows.length < pageSize && !/;\s*rel="?next"?/.test(answer.headers["link"] ?? "")) break;
      }
      return all;
    },
    close: () => transport.close(),
  };
}

/** A refusal that says when to come again. */
class Limited extends RemoteError {
  /** Milliseconds. */
  readonly wait: number;

  constructor(message: string, status: number, wait: number) {
    super(message, { outcome: "refused", status });
    this.wait = wait;
  }
}

/** Milliseconds after which another try is polite and harmless; null where it is not. */
function waitAfter(error: unknown, isRepeatable: boolean, delay: number): number | null {
  // Nothing was done then, whatever was asked.
  if (error instanceof Limited) return error.wait <= longestWait ? Math.max(error.wait, delay) : null;
  const isUnclear = error instanceof RemoteError && error.outcome === "unclear";
  return isUnclear && isRepeatable ? delay : null;
}

function refusal(
  name: string,
  { method, path }: HttpRequest,
  answer: TransportResponse,
  now: number,
): RemoteError {
  const { status, headers } = answer;
  const said = textAt(parse(answer.body), "message") ?? "";
  const where = `${method} ${path.replace(/\?.*$/, "")}`;
  const message = `${name} answered ${status}${said === "" ? "" : `, ${printable(said)},`} to ${printable(where)}`;
  const asked = readRetryAfter(headers["retry-after"], now);
  const isSpent = headers["x-ratelimit-remaining"] === "0";
  if (status === 429 || (status === 403 && (asked !== undefined || isSpent))) {
    const reset = Number(headers["x-ratelimit-reset"]) * 1000 - now;
    return new Limited(message, status, asked ?? (isSpent && reset > 0 ? reset : 0));
  }
  const outcome = status >= 500 || status === 408 ? "unclear" : status === 404 ? "missing" : "refused";
  return new RemoteError(message, { outcome, status });
}

function read(name: string, { body }: TransportResponse): unknown {
  if (body === "") return null;
  const value = parse(body);
  if (value === undefined) throw unreadable(name);
  return value;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function unreadable(name: string): RemoteError {
  return new RemoteError(`${name} answered with something else than was asked for`, { outcome: "refused" });
}
