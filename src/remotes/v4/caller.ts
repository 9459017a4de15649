import { type Extension, extensionsHeader, readExtensions } from "../../wire/extensions.ts";
import { pointerPath } from "../../wire/pointer.ts";
import { waitFor } from "../../waiting.ts";
import { backOff, type Clock } from "../clock.ts";
import { RemoteError } from "../remote-error.ts";
import { answerError } from "./answer-error.ts";
import { type Gate, readRetryAfter } from "./gate.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
import { isTimeout, unreachable } from "./unreachable.ts";

/** How often and how soon a read is tried again. */
export interface ReadRetry {
  /** Tries in all. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled before each further one. */
  readonly delay: number;
}

/** Sends the requests of one remote, and turns every answer but a success into a `RemoteError`. */
export interface Caller {
  /** Sent once. */
  send(asked: Asked, signal?: AbortSignal): Promise<TransportResponse>;
  /** Sent again while the answer is unclear, so for reads only. */
  read(path: string, signal?: AbortSignal): Promise<TransportResponse>;
  /** Whether the last answer about pointers offered an extension of the API. */
  offers(extension: Extension): boolean;
}

interface Asked {
  readonly method: TransportRequest["method"];
  readonly path: string;
  readonly body?: unknown;
  /** Besides those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

const longestDelay = 8000;
/** Tries of a read that get no answer in time: each takes half a minute, and one may be a connection that was lost. */
const mostSilent = 2;

export function v4Caller(options: {
  readonly url: string;
  readonly transport: Transport;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly retry: ReadRetry;
  readonly token?: string | undefined;
  readonly tokenVariable?: string | undefined;
}): Caller {
  const { url, transport, gate, clock, retry, token, tokenVariable } = options;
  const common = {
    accept: "application/json",
    "user-agent": "pointsman",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const withBody = { ...common, "content-type": "application/json" };

  let extensions: ReadonlySet<Extension> = new Set();

  async function send(asked: Asked, signal?: AbortSignal): Promise<TransportResponse> {
    await gate.pass(signal);
    const { method, path, body } = asked;
    const headers = { ...(body === undefined ? common : withBody), ...asked.headers };
    const request: TransportRequest =
      body === undefined ? { method, path, headers } : { method, path, headers, body: JSON.stringify(body) };
    const sent = clock.now();
    const answer = await transport.send(request).catch((cause: unknown) => {
      throw cause instanceof RemoteError ? cause : unreachable(originOf(url), cause, clock.now() - sent);
    });
    if (answer.status >= 200 && answer.status < 300) {
      if (path.startsWith(pointerPath)) extensions = readExtensions(answer.headers[extensionsHeader]);
      const { status, headers: received } = answer;
      return { status, headers: received, body: withoutToken(answer.body, token) };
    }
    closeGate(answer);
    throw answerError(request, answer, url, token, tokenVariable);
  }

  /** Too many requests: everybody waits, however the remote says it; a 503 only where it says how long. */
  function closeGate({ status, headers }: TransportResponse): void {
    if (status !== 429 && status !== 503) return;
    const asked = readRetryAfter(headers["retry-after"], clock.now());
    const ms = asked ?? (status === 429 ? retry.delay : 0);
    if (ms > 0) gate.pause(ms);
  }

  async function read(path: string, signal?: AbortSignal): Promise<TransportResponse> {
    for (let [tries, silent] = [1, 0]; ; tries += 1) {
      try {
        return await send({ method: "GET", path }, signal);
      } catch (error) {
        if (error instanceof RemoteError && isTimeout(error.cause)) silent += 1;
        const isLast = () => tries >= retry.attempts || silent >= mostSilent || signal?.aborted === true;
        if (!isPassing(error) || isLast()) throw error;
        await clock.sleep(backOff(tries, retry.delay, longestDelay), signal);
        if (isLast()) throw error;
      }
    }
  }

  return {
    send: (asked, signal) => send(asked, signal).finally(waitFor(originOf(url))),
    read: (path, signal) => read(path, signal).finally(waitFor(originOf(url))),
    offers: (extension) => extensions.has(extension),
  };
}

/** Whether another try may fare better. What is too large stays so. */
function isPassing(error: unknown): boolean {
  return error instanceof RemoteError && error.outcome === "unclear" && error.code !== "remote-inconsistent";
}

function originOf(url: string): string {
  const { origin } = new URL(url);
  // That of a registry in this process is "embedded:".
  return origin === "null" ? url.replace(/:$/, "") : origin;
}

/** A shorter token is no secret, and taking it out could break the JSON around it. */
const shortestSecret = 8;

/** A remote that echoes the token, as a name or an id, does not get it into a plan or a report. */
function withoutToken(body: string, token: string | undefined): string {
  return token === undefined || token.length < shortestSecret ? body : body.replaceAll(token, "***");
}
