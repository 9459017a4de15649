import { type Extension, extensionsHeader, readExtensions } from "../../wire/extensions.ts";
import { pointerPath } from "../../wire/pointer.ts";
import { waitFor } from "../../waiting.ts";
import { backOff, type Clock } from "../clock.ts";
import { RemoteError, tooMany } from "../remote-error.ts";
import { answerError } from "./answer-error.ts";
import { type Gate, longestPause, readRetryAfter } from "./gate.ts";
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
  /** Sent once; again only where the remote had too many requests, and so did nothing. */
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

  /** When a request last came through. */
  let through = clock.now();

  async function send(asked: Asked, signal?: AbortSignal): Promise<TransportResponse> {
    const began = clock.now();
    for (let [tries, seen] = [1, through]; ; tries += 1) {
      try {
        return await sendOnce(asked, tries, signal);
      } catch (error) {
        // The others' requests that come through show that this one's turn will come.
        if (!isTooMany(error) || clock.now() - Math.max(began, through) > longestPause) throw error;
        if (seen !== through) [tries, seen] = [0, through];
      }
    }
  }

  async function sendOnce(asked: Asked, tries: number, signal?: AbortSignal): Promise<TransportResponse> {
    await gate.pass(signal);
    const { method, path, body } = asked;
    const headers = { ...(body === undefined ? common : withBody), ...asked.headers };
    const request: TransportRequest =
      body === undefined ? { method, path, headers } : { method, path, headers, body: JSON.stringify(body) };
    const sent = clock.now();
    let status = 0;
    try {
      const answer = await transport.send(request).catch((cause: unknown) => {
        throw cause instanceof RemoteError ? cause : unreachable(originOf(url), cause, clock.now() - sent);
      });
      status = answer.status;
      if (status >= 200 && status < 300) {
        if (path.startsWith(pointerPath)) extensions = readExtensions(answer.headers[extensionsHeader]);
        return { status, headers: answer.headers, body: withoutToken(answer.body, token) };
      }
      closeGate(answer, tries);
      throw answerError(request, answer, url, token, tokenVariable);
    } finally {
      if (status !== 0 && status !== tooMany) through = clock.now();
      gate.leave(status === tooMany);
    }
  }

  /**
   * Too many requests: everybody waits, however the remote says it, and longer where that was not enough; a 503 only
   * where it says how long.
   */
  function closeGate({ status, headers }: TransportResponse, tries: number): void {
    if (status !== tooMany && status !== 503) return;
    const asked = readRetryAfter(headers["retry-after"], clock.now());
    const isEnough = status === 503 || (asked !== undefined && tries === 1);
    const ms = Math.max(asked ?? 0, isEnough ? 0 : backOff(tries, retry.delay, longestDelay));
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

/** Whether another try may fare better. What is too large stays so, and too many were waited for already. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof RemoteError) || isTooMany(error)) return false;
  return error.outcome === "unclear" && error.code !== "remote-inconsistent";
}

function isTooMany(error: unknown): boolean {
  return error instanceof RemoteError && error.status === tooMany;
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
