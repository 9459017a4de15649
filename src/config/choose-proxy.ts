import { PointsmanError } from "../errors.ts";
import type { HttpProxy } from "../model/http-proxy.ts";
import { isLoopback } from "../wire/base-url.ts";
import type { Environment } from "../model/environment.ts";

/**
 * The proxy through which a URL is reached, by `HTTPS_PROXY` and `NO_PROXY` as curl reads them: the names in
 * lower case count first. Plain HTTP never goes through one, since it would see the token; nor does anything
 * on this machine.
 * @throws PointsmanError `environment-invalid`, without the variable's value: it may hold a password
 */
export function chooseProxy(url: string, environment: Environment): HttpProxy | undefined {
  const name = environment["https_proxy"] === undefined ? "HTTPS_PROXY" : "https_proxy";
  const text = environment[name]?.trim() ?? "";
  if (text === "" || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "https:" || isLoopback(hostname)) return undefined;
  const direct = environment["no_proxy"] ?? environment["NO_PROXY"] ?? "";
  if (direct.split(/[\s,]+/).some((entry) => covers(entry, bare(hostname), port || "443"))) return undefined;
  return readProxy(text, name);
}

function readProxy(text: string, name: string): HttpProxy {
  const whole = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new PointsmanError("environment-invalid", `${name} names no HTTP proxy.`, {
      hint: "It is written http://proxy.example.com:3128, with user:password@ before the host where the proxy wants that.",
    });
  }
  const { origin, username, password } = url;
  const hasUser = username !== "" || password !== "";
  const said = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64");
  return { url: origin, authorization: hasUser ? `Basic ${said}` : undefined };
}

/** Whether an entry of `NO_PROXY` is about a host: `*`, a domain with all below it, an address or a network. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  const [, named = entry, only = port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (only !== port) return false;
  const domain = bare(named.toLowerCase()).replace(/^\*?\./, "");
  return host === domain || host.endsWith(`.${domain}`) || isInNetwork(host, domain);
}

/** IPv4 only: others are named whole. By hand, since Node's module for it takes longer to load than all else. */
function isInNetwork(host: string, network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  const [one, other] = [numberOf(host), numberOf(address)];
  if (one === null || other === null || !/^\d\d?$/.test(bits)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(one / size) === Math.floor(other / size);
}

function numberOf(address: string): number | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return null;
  return address.split(".").reduce((all, part) => all * 256 + Number(part), 0);
}

/** An IPv6 address stands in brackets in URLs; a name may end in the root's dot. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** A password with a bare % is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
