import { correlationHeader, readErrorDetail } from "../../wire/error-body.ts";
import { type Outcome, RemoteError, tooMany } from "../remote-error.ts";
import { oneLine, parseJson, readableBody } from "./readable.ts";
import type { TransportRequest, TransportResponse } from "./transport.ts";

type Asked = Pick<TransportRequest, "method" | "path">;

/**
 * What an answer that is not a success means, as one readable line that never shows the token.
 * @param tokenVariable where the token came from
 */
export function answerError(
  asked: Asked,
  answer: TransportResponse,
  url: string,
  token?: string,
  tokenVariable?: string,
): RemoteError {
  const { status } = answer;
  const redirect = status >= 300 && status < 400 ? redirectOf(answer, url) : undefined;
  const said =
    redirect === undefined
      ? oneLine(readableBody(answer.body), token)
      : `it redirects to ${oneLine(redirect, token)}`;
  const message = `${describe(asked)} answered ${status}: ${said === "" ? "no explanation" : said}`;
  return new RemoteError(message + correlation(answer, token), {
    outcome: outcomeOf(status),
    status,
    hint:
      redirect === undefined
        ? hintOf(answer, tokenVariable)
        : `redirects are not followed, so that the token goes nowhere else: ${wayOn(oneLine(redirect, token), url)}`,
  });
}

/** A success whose body cannot be read: a write may have happened, a page is no page. */
export function unreadableAnswer(
  asked: Asked,
  answer: TransportResponse,
  why: string,
  options: { token?: string | undefined; code: "remote-refused" | "remote-inconsistent" },
): RemoteError {
  const reason = oneLine(why, options.token);
  return new RemoteError(
    `${describe(asked)} answered ${answer.status}, but ${reason}${correlation(answer, options.token)}`,
    {
      outcome: "unclear",
      code: options.code,
      status: answer.status,
      hint: "is the remote's url that of a registry?",
    },
  );
}

/** Why a body that should be JSON isn't, for `unreadableAnswer`. */
export function notJson(body: string): string {
  const said = readableBody(body);
  if (said === "") return "without a body";
  return body.trimStart().startsWith("<") ? `with ${said}` : "the body is not whole JSON";
}

const hints: Readonly<Record<number, string>> = {
  401: "the token is missing, wrong, expired or revoked",
  403: "the token may not do this",
  404: "is the remote's url right? It ends before /v4",
};

/** A registry that says what it lacks is there; "Not Found" is what a server says of a path that it doesn't know. */
function hintOf({ status, body }: TransportResponse, tokenVariable?: string): string | undefined {
  if (status === 401 && tokenVariable !== undefined)
    return `the token of ${tokenVariable} is wrong, expired or revoked`;
  const detail = status === 404 ? readErrorDetail(parseJson(body)) : undefined;
  return detail === undefined || /^not found$/i.test(detail) ? hints[status] : undefined;
}

/** The table of remote-error.ts: a redirect is a refusal, and what no table knows is unclear. */
function outcomeOf(status: number): Outcome {
  if (status === 404) return "missing";
  if (status === 409 || status === 412) return "conflict";
  if (status === 408 || status === 425 || status === tooMany) return "unclear";
  return status >= 300 && status < 500 ? "refused" : "unclear";
}

function describe({ method, path }: Asked): string {
  return `${method} ${path.replace(/\?.*$/, "")}`;
}

function correlation(answer: TransportResponse, token?: string): string {
  const id = oneLine(answer.headers[correlationHeader] ?? "", token).slice(0, 100);
  return id === "" ? "" : ` (${correlationHeader} ${id})`;
}

/** @param to where it redirects to: an origin, unless that has none */
function wayOn(to: string, url: string): string {
  // It may be a page to log in at, on a host that is to get no token.
  if (URL.canParse(to) && to !== new URL(url).origin)
    return `if ${to} is the registry, set the remote's url to it`;
  return "is the path of the remote's url right, or does a page to log in at stand before it?";
}

/** Only the origin: the rest may be long, and may carry somebody's session. */
function redirectOf(answer: TransportResponse, url: string): string {
  const location = answer.headers["location"];
  if (location === undefined || !URL.canParse(location, url)) return "nowhere";
  const { origin, protocol } = new URL(location, url);
  return origin === "null" ? `a ${protocol} address` : origin;
}
