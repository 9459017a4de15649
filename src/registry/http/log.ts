/** Where a registry says what it does: structured lines, never with tokens, bodies or query strings in them. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** For a registry in another program's process. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
