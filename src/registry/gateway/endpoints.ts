import { isRecord } from "../../wire/wire-error.ts";
import { type Fault, Refusal, invalid } from "../refusal.ts";
import { allowsUrl, type UpstreamRule } from "./upstream-rule.ts";

/** Where one of a pipeline's containers answers. */
export interface Endpoint {
  /** What it is known by: origin and prefix, without a slash at the end. */
  readonly url: string;
  readonly origin: string;
  /** What stands before the container's own paths, for a proxy that tells containers apart by it; mostly empty. */
  readonly prefix: string;
}

/** At most so many of one pipeline, and so many characters of each. */
const mostEndpoints = 64;
const longestEndpoint = 1024;

/**
 * Refuses extras whose endpoints are none that runs may be sent to.
 * @param rules which hosts are allowed; null for any, where nothing will be sent
 * @throws Refusal 422 that names each
 */
export function checkEndpoints(extras: unknown, rules: readonly UpstreamRule[] | null): void {
  const endpoints = isRecord(extras) ? (extras["endpoints"] ?? null) : null;
  if (endpoints === null) return;
  const place = ["body", "extras", "endpoints"];
  if (!Array.isArray(endpoints)) throw invalid(place, "Input should be a valid list", "list_type");
  if (endpoints.length > mostEndpoints) {
    throw invalid(place, `List should have at most ${mostEndpoints} items`, "too_long");
  }
  const faults = endpoints.flatMap((endpoint, at): Fault[] => {
    const msg = explainEndpoint(endpoint, rules);
    return msg === null ? [] : [{ loc: [...place, at], msg, type: "value_error" }];
  });
  if (faults.length > 0) throw new Refusal(422, "the endpoints cannot be used", faults);
}

/** What is wrong with one entry of `extras.endpoints`, as a sentence; null where runs may be sent there. */
export function explainEndpoint(value: unknown, rules: readonly UpstreamRule[] | null): string | null {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return "An endpoint is an http or https URL";
  }
  if (url.href.length > longestEndpoint) return `An endpoint has at most ${longestEndpoint} characters`;
  if (url.username !== "" || url.password !== "" || /[?#]/.test(url.href)) {
    return "An endpoint has no user, query or fragment";
  }
  // Only runs and state are ever asked for: a prefix must not lead to a container's other calls.
  if (!/^(?:\/[\w.~-]+)*\/?$/.test(url.pathname) || /\/v\d+(?:\/|$)/.test(url.pathname)) {
    return "An endpoint's path is a plain prefix, which the container's own paths follow";
  }
  if (rules !== null && !allowsUrl(rules, url)) {
    return `${url.host} is not among the hosts that pipelines may run on (--allow-upstream)`;
  }
  return null;
}

/** What a pipeline's `extras` have in place of endpoints, texts and once each; none where there is nothing. */
export function endpointsIn(extras: unknown): string[] {
  const listed = isRecord(extras) ? extras["endpoints"] : undefined;
  if (!Array.isArray(listed)) return [];
  return [...new Set(listed.slice(0, mostEndpoints).filter((one) => typeof one === "string"))];
}

/** @param text what `explainEndpoint` finds nothing wrong with */
export function parseEndpoint(text: string): Endpoint {
  const { origin, pathname } = new URL(text);
  const prefix = pathname.replace(/\/$/, "");
  return { url: origin + prefix, origin, prefix };
}
