import { pino } from "pino";
import type { Log, LogLevel } from "./log.ts";

/** Where lines go: a file descriptor, written to without blocking, or anything that takes text. */
export type LogTarget = number | { write(line: string): void };

export interface OpenLog extends Log {
  /** Writes what is still in memory. */
  flush(): void;
}

/** Bytes that wait for a reader that is too slow; what is beyond is dropped, rather than memory or callers. */
const backlog = 16 * 1024 * 1024;

/** A log of one JSON object a line: `level`, `time` (RFC 3339), its fields, `msg`. */
export function openLog(level: LogLevel, target: LogTarget): OpenLog {
  const destination =
    typeof target === "number" ? pino.destination({ dest: target, sync: false, maxLength: backlog }) : null;
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? (target as Exclude<LogTarget, number>),
  );
  return {
    says: (wanted) => log.isLevelEnabled(wanted),
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    flush: () => destination?.flushSync(),
  };
}
