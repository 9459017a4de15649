import type { AddressInfo, LookupFunction } from "node:net";
import type { FastifyInstance } from "fastify";
import { demandAdministrator } from "./first-token.ts";
import { Gateway } from "./gateway/gateway.ts";
import type { GatewayLimits } from "./gateway/limits.ts";
import { type UpstreamRule, loopbackRules } from "./gateway/upstream-rule.ts";
import type { Limits } from "./http/limits.ts";
import { type Log, silentLog } from "./http/log.ts";
import { createMetrics } from "./http/metrics.ts";
import { explainListen } from "./listen-error.ts";
import { servedApp } from "./served-app.ts";
import { silentConnections } from "./silent-connections.ts";
import { openStore } from "./store/open-store.ts";

export interface ServeOptions {
  readonly host: string;
  /** 0 takes any free port: `url` then says which. */
  readonly port: number;
  /** Where the registry keeps its data: a folder, made if missing, or a database postgres://… */
  readonly dataDir: string;
  /** The administrator's, sent as `Authorization: Bearer …`. Null where the store has an administrator's token. */
  readonly token: string | null;
  /** Of the program, for the API's document. */
  readonly version?: string;
  /** Absent: nothing is logged. */
  readonly log?: Log;
  /** The proxies whose `x-forwarded-for` is believed: addresses and networks. */
  readonly trustProxy?: readonly string[];
  /** How long `close` waits for requests under way, in milliseconds. */
  readonly patience?: number;
  readonly limits?: Partial<Limits>;
  /** How many requests a second each token may make; as many as it likes if absent. */
  readonly rateLimit?: number;
  /** The Docker registry that images are pushed to: host[:port][/path]. */
  readonly imageRegistry?: string;
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

/** How long callers may take what they are told of runs that are cut off, in milliseconds. */
const lastAnswers = 500;
/** How long the store may take to write down what has just ended, in milliseconds. */
const lastWords = 1000;

/**
 * Starts the registry.
 * @throws PointsmanError server-failed where the folder, host, port or token cannot be used
 */
export async function startRegistry(options: ServeOptions): Promise<RunningRegistry> {
  const { host, port, log = silentLog, patience = 25_000 } = options;
  const store = await openStore(options.dataDir);
  const metrics = createMetrics();
  const gateway = new Gateway({
    rules: loopbackRules,
    ...options.gateway,
    runs: store.runs,
    onError: (err, { run: { id: run }, correlationId }) =>
      log.error({ correlation_id: correlationId, run, err }, "run went wrong"),
    onFailure: (
      { message, cause },
      { endpoint, record: { id: run, pointer, pipeline_id } },
      correlationId,
    ) => {
      const fields = { correlation_id: correlationId, run, pointer, pipeline_id, endpoint, reason: message };
      log.warn({ ...fields, cause: wordOf(cause) }, "run failed");
    },
    onRun: (pointer, state) => metrics.run(pointer, state),
    onUpstream: (call, status, seconds) => metrics.upstream(call, status, seconds),
  });
  let isClosing = false;
  let app: FastifyInstance;
  let silent: ReturnType<typeof silentConnections>;
  try {
    await demandAdministrator(store.tokens, options.token);
    app = servedApp({ ...options, store, log, metrics, gateway, isClosing: () => isClosing });
    silent = silentConnections(app.server);
    await app.listen({ host, port }).catch(async (error: unknown) => {
      await app.close();
      throw explainListen(error, host, port);
    });
  } catch (error) {
    await gateway.close(0);
    await store.close();
    throw error;
  }
  return {
    url: urlOf(app.server.address() as AddressInfo),
    close: async () => {
      isClosing = true;
      const end = performance.now() + patience;
      // The connection of a request that was under way is kept alive after its answer: node closes
      // only those that are idle at the moment of closing.
      const idle = setInterval(() => {
        app.server.closeIdleConnections();
        silent.close();
      }, 20);
      const over = setTimeout(() => {
        log.warn({}, "The time to stop is over: what is still under way is cut off");
        gateway.stop();
      }, patience);
      const all = setTimeout(() => app.server.closeAllConnections(), patience + lastAnswers);
      // A database that has gone silent would keep those waiting who were told to hurry.
      const late = setTimeout(() => void store.close(0), patience + lastWords);
      await app.close();
      clearInterval(idle);
      clearTimeout(over);
      clearTimeout(all);
      // Runs that nobody waits for have what is left of the time.
      await gateway.close(Math.max(0, end - performance.now()));
      clearTimeout(late);
      await store.close(Math.max(lastWords, end - performance.now()));
    },
  };
}

/** Of an error below a failure, what says most: an ECONNREFUSED of several addresses has no message. */
function wordOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return cause.message || (cause as NodeJS.ErrnoException).code;
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
