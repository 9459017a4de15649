import type { AddressInfo } from "node:net";
import { PointsmanError } from "../errors.ts";
import { createApp } from "./http/app.ts";
import type { Logger } from "./http/error-answers.ts";
import { openStore } from "./store.ts";

export interface ServeOptions {
  readonly host: string;
  /** 0 takes any free port: `url` then says which. */
  readonly port: number;
  /** Where the registry keeps its files; made if missing. */
  readonly dataDir: string;
  /** What callers must send as `Authorization: Bearer …`. */
  readonly token: string;
  readonly logger?: Logger;
}

/** How long `close` waits for requests under way, in milliseconds. */
const patience = 10_000;

/**
 * Starts the registry.
 * @returns its URL, and `close`, which answers the requests under way and frees port and files
 * @throws PointsmanError server-failed where the folder, host, port or token cannot be used
 */
export async function startRegistry(options: ServeOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { host, port, dataDir, token, logger } = options;
  if (token.trim() === "") {
    throw new PointsmanError("server-failed", "the registry does not start without a token", {
      hint: "set POINTSMAN_TOKEN to a long random text",
    });
  }
  const store = openStore(dataDir);
  const app = createApp({ store, token, ...(logger === undefined ? {} : { logger }) });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    store.close();
    throw explain(error, host, port);
  }
  return {
    url: urlOf(app.server.address() as AddressInfo),
    close: async () => {
      // The connection of a request that was under way is kept alive after its answer: node closes
      // only those that are idle at the moment of closing.
      const idle = setInterval(() => app.server.closeIdleConnections(), 20);
      const all = setTimeout(() => app.server.closeAllConnections(), patience);
      await app.close();
      clearInterval(idle);
      clearTimeout(all);
      store.close();
    },
  };
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

const reasons: Partial<Record<string, (host: string, port: number) => [message: string, hint: string]>> = {
  EADDRINUSE: (host, port) => [`port ${port} of ${host} is in use`, "choose another one with --port"],
  EACCES: (host, port) => [
    `port ${port} of ${host} is not ours to open`,
    "choose one above 1023 with --port",
  ],
  EADDRNOTAVAIL: (host) => [`this machine has no address ${host}`, "choose another one with --host"],
  ENOTFOUND: (host) => [`no host is named ${host}`, "choose another one with --host"],
};

function explain(error: unknown, host: string, port: number): PointsmanError {
  const { code = "", message } = error as Error & { code?: string };
  const [text, hint] = reasons[code]?.(host, port) ?? [`cannot listen on ${host}:${port}: ${message}`];
  return new PointsmanError("server-failed", text, { hint, cause: error });
}
