import { addressKind } from "./address-kind.ts";

/** One `--allow-upstream HOST[:PORT]`: a host that pipelines may run on. */
export interface UpstreamRule {
  /** As a URL has it: lower case, no brackets around an IPv6 address. */
  readonly host: string;
  /** Null for any. */
  readonly port: number | null;
}

/** What is allowed where the operator says nothing: this machine. */
export const loopbackRules: readonly UpstreamRule[] = ["localhost", "127.0.0.1", "::1"].map((host) => ({
  host,
  port: null,
}));

/**
 * A rule out of what the operator wrote; null where that is no `HOST[:PORT]`, or a host that nobody can have. An IPv6
 * address without a port needs no brackets.
 */
export function parseUpstreamRule(given: string): UpstreamRule | null {
  const text = /^[0-9a-f.]*(?::[0-9a-f.]*){2,}$/i.test(given) ? `[${given}]` : given;
  if (!/^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(text) || !URL.canParse(`http://${text}`))
    return null;
  const host = bareHost(new URL(`http://${text}`));
  // A URL leaves out its scheme's own port, which would make the rule wider than it was written.
  const port = /:(\d{1,5})$/.exec(text.replace(/^\[.*\]/, ""))?.[1];
  if (isAddress(host) && addressKind(host) === "never") return null;
  return { host, port: port === undefined ? null : Number(port) };
}

/** Whether a rule names the URL's host and port. Nothing is looked up. */
export function allowsUrl(rules: readonly UpstreamRule[], url: URL): boolean {
  return allowsHost(rules, bareHost(url), portOf(url));
}

/**
 * Whether a connection for an allowed host may go to this address, which that host's name stands for now.
 * An allowed name is trusted to be anywhere but where it never has reason to be: this machine, link-local
 * addresses and metadata services. Those must be allowed as the addresses that they are.
 */
export function allowsAddress(
  rules: readonly UpstreamRule[],
  host: string,
  port: number,
  address: string,
): boolean {
  if (!allowsHost(rules, host, port)) return false;
  const kind = addressKind(address);
  if (kind === "never") return false;
  if (kind === "ordinary" || allowsHost(rules, address, port)) return true;
  return kind === "loopback" && host === "localhost";
}

/** A URL's host without the brackets around an IPv6 address. Other spellings of an address (decimal, octal) are gone. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

function portOf(url: URL): number {
  return Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
}

function allowsHost(rules: readonly UpstreamRule[], host: string, port: number): boolean {
  return rules.some((rule) => rule.host === host && (rule.port === null || rule.port === port));
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^[\d.]+$/.test(host);
}
