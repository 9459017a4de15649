import { PointsmanError } from "../errors.ts";

const reasons: Partial<Record<string, (host: string, port: number) => [message: string, hint: string]>> = {
  EADDRINUSE: (host, port) => [`port ${port} of ${host} is in use`, "choose another one with --port"],
  EACCES: (host, port) => [
    `port ${port} of ${host} is not ours to open`,
    "choose one above 1023 with --port",
  ],
  EADDRNOTAVAIL: (host) => [`this machine has no address ${host}`, "choose another one with --host"],
  ENOTFOUND: (host) => [`no host is named ${host}`, "choose another one with --host"],
};

/** Why a server cannot listen, and what to do about it. */
export function explainListen(error: unknown, host: string, port: number): PointsmanError {
  const { code = "", message } = error as Error & { code?: string };
  const [text, hint] = reasons[code]?.(host, port) ?? [`cannot listen on ${host}:${port}: ${message}`];
  return new PointsmanError("server-failed", text, { hint, cause: error });
}
