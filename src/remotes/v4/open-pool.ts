import type { Pool } from "undici";
import type { HttpProxy } from "../../model/http-proxy.ts";

/** Times are in milliseconds. */
export interface PoolOptions {
  readonly origin: string;
  /** As many as there are requests if absent. */
  readonly connections?: number;
  readonly connectTimeout: number;
  /** Until an answer must have begun, and between its parts. */
  readonly idleTimeout: number;
  readonly proxy?: HttpProxy | undefined;
}

/** Connections to one host, kept alive. The HTTP library is loaded with the first pool. */
export async function openPool(options: PoolOptions): Promise<Pool> {
  const { origin, connections, connectTimeout: timeout, idleTimeout, proxy } = options;
  const { Pool } = await import("undici");
  return new Pool(origin, {
    ...(connections === undefined ? {} : { connections }),
    connect:
      proxy === undefined ? { timeout } : (await import("./tunnel.ts")).tunnelConnector(proxy, timeout),
    headersTimeout: idleTimeout,
    bodyTimeout: idleTimeout,
  });
}
