import { RemoteError } from "../remote-error.ts";

const timeout = /TIMEOUT|TIMEDOUT|TimeoutError/;
/** What OpenSSL makes of an answer in plain HTTP. */
const noTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/;

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, "refuses connections"],
  [/ENOTFOUND|EAI_AGAIN/, "has a name that cannot be looked up"],
  [timeout, "did not answer in time"],
  [/ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_ABORTED/, "closed the connection before it had answered"],
  [/EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL/, "cannot be reached over the network"],
  [noTls, "answers, but not with TLS"],
  [/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/, "could not be trusted: TLS failed"],
  [/^HPE_|PARSER/, "does not speak HTTP"],
];

/** What happens only before there is a connection. */
const unsent = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;

/**
 * A request that got no whole answer. A write may have happened all the same, so the outcome is unclear.
 * @param origin scheme, host and port of the remote
 * @param ms how long it was waited for, where that is known
 */
export function unreachable(origin: string, cause: unknown, ms?: number): RemoteError {
  const code = codeOf(cause);
  const did =
    isTimeout(cause) && ms !== undefined ? `did not answer within ${secondsOf(ms)} s` : reasonOf(cause);
  return new RemoteError(`${origin} ${did}`, {
    outcome: "unclear",
    code: "remote-unreachable",
    isUnsent: unsent.test(code),
    hint: noTls.test(code)
      ? "is the url that of the proxy that brings TLS? Without one, on this machine, it begins with http://"
      : "is the registry running, and is the remote's url right?",
    cause,
  });
}

/** Whether a request was given up, after as long as one is waited for. */
export function isTimeout(cause: unknown): boolean {
  return timeout.test(codeOf(cause));
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.round(ms / 1000));
}

/** What a host did, to stand behind its name, with the system's code for who knows it. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  const did = reasons.find(([pattern]) => pattern.test(code))?.[1] ?? "did not answer";
  return /^UND_|^TimeoutError$|^unknown$/.test(code) ? did : `${did} (${code})`;
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}
