/** Where a registry says what it does: structured lines, never with tokens, bodies or query strings in them. */
export interface Log {
  /** Whether a level says anything: what it would say need not be made otherwise. */
  says(level: "debug" | "info"): boolean;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** For a registry in another program's process. */
export const silentLog: Log = {
  says: () => false,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
