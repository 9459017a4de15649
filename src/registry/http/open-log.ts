import { pino } from "pino";
import type { Log, LogLevel } from "./log.ts";

/** Where lines go: a file descriptor, written to without blocking, or anything that takes text. */
export type LogTarget = number | { write(line: string): void };

/** Bytes that wait for a reader that is too slow; what is beyond is dropped, rather than memory or callers. */
const backlog = 16 * 1024 * 1024;

/** A log of one JSON object a line: `level`, `time` (RFC 3339), its fields, `msg`. */
export function openLog(level: LogLevel, target: LogTarget): Log {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    typeof target === "number" ? openDestination(target) : target,
  );
  return {
    says: (wanted) => log.isLevelEnabled(wanted),
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}

/** Each line is written at once, beside this thread. Where nobody reads them, or the disk is full, the registry goes on. */
function openDestination(fd: number) {
  const destination = pino.destination({ dest: fd, sync: false, maxLength: backlog });
  // What could not be written is tried again with the next line.
  destination.on("error", () => undefined);
  // At the end of the process pino calls this, which would try for ever and let nothing else happen.
  destination.flushSync = () => undefined;
  return destination;
}
