import type { TokenRemote } from "../../model/remote-tokens.ts";
import { type HttpOptions, httpTransport } from "./http.ts";
import { type V4Options, v4Remote } from "./v4-remote.ts";

/**
 * A registry of the v4 API at an https URL, or an http one on this machine, with or without a path prefix.
 * @throws PointsmanError `config-invalid` for any other URL, or a token that no header can carry
 */
export function httpRemote(
  options: Omit<V4Options, "transport"> & { readonly http?: HttpOptions },
): TokenRemote {
  return v4Remote({ ...options, transport: httpTransport(options.url, options.http) });
}
