import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { endLate } from "./late-end.ts";
import { allowsAddress, type UpstreamRule } from "./upstream-rule.ts";

/** A connection that did not come about: whoever wanted it has received nothing. */
export class NotConnected extends Error {
  override readonly name = "NotConnected";
  /** Whether it was the operator's rules that forbid it. */
  readonly forbidden: boolean;

  constructor(cause: unknown, forbidden: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.forbidden = forbidden;
  }
}

/**
 * Makes the connections of undici's pools. A name is looked up once for each connection, and what is
 * connected to is one of the addresses that were checked: a name that stands for another address by the
 * time of the connection (DNS rebinding) gains nothing.
 * @param timeout milliseconds
 * @param lookup as Node's own; a test has names of its own
 */
export function checkedConnector(
  rules: readonly UpstreamRule[],
  timeout: number,
  lookup: LookupFunction = systemLookup,
): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port === "" ? (options.protocol === "https:" ? 443 : 80) : options.port);
    const host = options.hostname.replace(/^\[(.*)\]$/, "$1");
    const isAllowed = (address: string) => allowsAddress(rules, host, port, address);
    const connect = buildConnector({ timeout, lookup: checkedLookup(lookup, isAllowed) });
    connect(options, (error, socket) => {
      if (error !== null) return callback(new NotConnected(error, error instanceof Forbidden), null);
      // Where the host is an address there was no lookup.
      if (isAllowed(socket.remoteAddress ?? "")) return endLate(socket, () => callback(null, socket));
      socket.destroy();
      callback(new NotConnected(new Forbidden(host), true), null);
    });
  };
}

class Forbidden extends Error {
  constructor(host: string) {
    super(`${host} stands for an address that is not allowed`);
  }
}

function checkedLookup(lookup: LookupFunction, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const listed = Array.isArray(found) ? found : [];
      const [first, ...others] = listed.filter(({ address }) => isAllowed(address));
      if (first === undefined) callback(new Forbidden(hostname), []);
      else if (options.all === true) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    });
  };
}
