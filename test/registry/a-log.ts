import type { LogLevel } from "../../src/registry/http/log.ts";
import { openLog } from "../../src/registry/http/open-log.ts";

/** A log to read back. */
export function aLog(level: LogLevel = "info") {
  const text: string[] = [];
  return {
    text,
    log: openLog(level, { write: (line) => text.push(line) }),
    lines: () => text.map((line) => JSON.parse(line)),
  };
}
