import type { AddressInfo, LookupFunction } from "node:net";
import { PointsmanError } from "../errors.ts";
import { Gateway } from "./gateway/gateway.ts";
import type { GatewayLimits } from "./gateway/limits.ts";
import { type UpstreamRule, loopbackRules } from "./gateway/upstream-rule.ts";
import { createApp } from "./http/app.ts";
import type { Limits } from "./http/limits.ts";
import { type Log, silentLog } from "./http/log.ts";
import { createMetrics } from "./http/metrics.ts";
import { observe } from "./http/observe.ts";
import { operatorRoutes } from "./http/operator-routes.ts";
import { explainListen } from "./listen-error.ts";
import { openStore } from "./store/open-store.ts";

export interface ServeOptions {
  readonly host: string;
  /** 0 takes any free port: `url` then says which. */
  readonly port: number;
  /** Where the registry keeps its files; made if missing. */
  readonly dataDir: string;
  /** What callers must send as `Authorization: Bearer …`. */
  readonly token: string;
  /** Absent: nothing is logged. */
  readonly log?: Log;
  /** The proxies whose `x-forwarded-for` is believed: addresses and networks. */
  readonly trustProxy?: readonly string[];
  /** How long `close` waits for requests under way, in milliseconds. */
  readonly patience?: number;
  readonly limits?: Partial<Limits>;
  readonly gateway?: {
    /** Where pipelines may run; this machine if absent. */
    readonly rules?: readonly UpstreamRule[];
    readonly limits?: Partial<GatewayLimits>;
    /** How names of hosts are looked up; as Node does it if absent. */
    readonly lookup?: LookupFunction;
  };
}

export interface RunningRegistry {
  readonly url: string;
  /**
   * Takes no further connections, answers the requests under way (those that last longer than
   * `patience` are cut off), and frees port and files. From its call on `/readyz` says 503.
   */
  close(): Promise<void>;
}

/**
 * Starts the registry.
 * @throws PointsmanError server-failed where the folder, host, port or token cannot be used
 */
export async function startRegistry(options: ServeOptions): Promise<RunningRegistry> {
  const { host, port, dataDir, token, log = silentLog, patience = 25_000, limits, trustProxy } = options;
  if (token.trim() === "") {
    throw new PointsmanError("server-failed", "the registry does not start without a token", {
      hint: "set POINTSMAN_TOKEN to a long random text",
    });
  }
  const store = await openStore(dataDir);
  const metrics = createMetrics();
  const gateway = new Gateway({
    rules: loopbackRules,
    ...options.gateway,
    runs: store.runs,
    onError: (err, run) => log.error({ run, err }, "run went wrong"),
    onRun: (pointer, state) => metrics.run(pointer, state),
    onUpstream: (call, status, seconds) => metrics.upstream(call, status, seconds),
  });
  let isClosing = false;
  const app = createApp({
    store,
    token,
    log,
    gateway,
    onChange: (action) => metrics.move(action),
    ...(limits === undefined ? {} : { limits }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  });
  observe(app, log, metrics);
  operatorRoutes(app, { metrics, isReady: async () => !isClosing });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    await gateway.close(0);
    await store.close();
    throw explainListen(error, host, port);
  }
  return {
    url: urlOf(app.server.address() as AddressInfo),
    close: async () => {
      isClosing = true;
      const end = performance.now() + patience;
      // The connection of a request that was under way is kept alive after its answer: node closes
      // only those that are idle at the moment of closing.
      const idle = setInterval(() => app.server.closeIdleConnections(), 20);
      const all = setTimeout(() => app.server.closeAllConnections(), patience);
      await app.close();
      clearInterval(idle);
      clearTimeout(all);
      // Runs that nobody waits for have what is left of the time.
      await gateway.close(Math.max(0, end - performance.now()));
      await store.close();
    },
  };
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
