import { existsSync } from "node:fs";
import { join } from "node:path";
import { variable } from "../config/choose-remote.ts";
import { PointsmanError } from "../errors.ts";
import { isDatabaseUrl } from "../registry/store/database-url.ts";
import type { LogLevel } from "../registry/http/log.ts";
import { printable } from "../pointer/printable.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes } from "./command.ts";
import { type DataOptions, registryData } from "./registry-data.ts";

export interface ServeOptions extends CommonOptions, DataOptions {
  readonly host: string;
  readonly port: number;
  /** `HOST[:PORT]` each. */
  readonly allowUpstream?: readonly string[];
  /** In seconds. */
  readonly runTimeout: number;
  readonly logLevel?: LogLevel;
  /** True for proxies in private networks. */
  readonly trustProxy?: readonly string[] | true;
  /** In seconds. */
  readonly shutdownTimeout: number;
  /** Requests a second, of each token. */
  readonly rateLimit?: number;
  /** host[:port][/path] */
  readonly imageRegistry: string;
  /** Of the program. */
  readonly version: string;
}

/** Its file descriptor: lines are written without waiting for whoever reads them. */
const stderr = 2;
const privateNetworks = ["loopback", "linklocal", "uniquelocal"];

/** The registry, until it is interrupted. */
export async function serve(options: ServeOptions, deps: Deps): Promise<CommandResult> {
  const token = variable("POINTSMAN_TOKEN", deps.environment) ?? null;
  const { location, shown } = await registryData(options, deps);
  const level = options.logLevel ?? (deps.stderrIsTerminal ? "warn" : "info");
  const [{ startRegistry }, { openLog }, { parseUpstreamRule }] = await Promise.all([
    import("../registry/serve.ts"),
    import("../registry/http/open-log.ts"),
    import("../registry/gateway/upstream-rule.ts"),
  ]);
  const rules = options.allowUpstream?.map((text) => {
    const rule = parseUpstreamRule(text);
    if (rule !== null) return rule;
    throw new PointsmanError("usage", `--allow-upstream ${printable(text)} is no host that runs can go to.`, {
      hint: text.includes("/")
        ? "Leave out the scheme, the path and the size of a network: it is one host's name or address, as in models.internal:14300."
        : "It is a host's name or address, with or without a port: models.internal:14300, fd00::1, [fd00::1]:14300.",
    });
  });
  const log = openLog(level, stderr);
  // Where lines are for a program, all of them are.
  const isLogged = !deps.stderrIsTerminal && (level === "info" || level === "debug");
  const say = isLogged ? (text: string) => log.info({}, text) : deps.note;
  // Before it says that it listens: whoever reads that may stop it at once.
  const signal = deps.takeInterrupts(say);
  const isThere = isDatabaseUrl(location) || existsSync(join(location, "registry.db"));
  const registry = await startRegistry({
    host: options.host,
    port: options.port,
    dataDir: location,
    token,
    log,
    version: options.version,
    patience: options.shutdownTimeout * 1000,
    gateway: { limits: { answer: options.runTimeout * 1000 }, ...(rules === undefined ? {} : { rules }) },
    imageRegistry: options.imageRegistry,
    ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    ...(options.trustProxy === undefined
      ? {}
      : { trustProxy: options.trustProxy === true ? privateNetworks : options.trustProxy }),
  });
  // A name that is mistyped, or a volume that is not there, would look like any other start.
  if (!isThere) say(`There was no registry in ${shown}: it was made, and is empty.`);
  say(`The registry listens on ${registry.url}, with its data in ${shown}. Stop it with Ctrl-C.`);
  await new Promise<void>((stop) => {
    if (signal.aborted) stop();
    else signal.addEventListener("abort", () => stop(), { once: true });
  });
  await registry.close();
  say("Stopped.");
  return { exitCode: exitCodes.done, output: "" };
}
