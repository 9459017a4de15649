import { RemoteError } from "../remote-error.ts";

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, "refuses connections"],
  [/ENOTFOUND|EAI_AGAIN/, "has a name that cannot be looked up"],
  [/TIMEOUT|TIMEDOUT|TimeoutError/, "did not answer in time"],
  [/ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_ABORTED/, "closed the connection before it had answered"],
  [/EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL/, "cannot be reached over the network"],
  [/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/, "could not be trusted: TLS failed"],
  [/^HPE_|PARSER/, "does not speak HTTP"],
];

/** What happens only before there is a connection. */
const unsent = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;

/**
 * A request that got no whole answer. A write may have happened all the same, so the outcome is unclear.
 * @param origin scheme, host and port of the remote
 */
export function unreachable(origin: string, cause: unknown): RemoteError {
  const code = codeOf(cause);
  return new RemoteError(`${origin} ${reasonOf(cause)}`, {
    outcome: "unclear",
    code: "remote-unreachable",
    isUnsent: unsent.test(code),
    hint: "is the registry running, and is the remote's url right?",
    cause,
  });
}

/** What a host did, to stand behind its name, with the code for who knows it. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return `${reasons.find(([pattern]) => pattern.test(code))?.[1] ?? "did not answer"} (${code})`;
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}
