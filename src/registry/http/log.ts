/** Where a registry says what it does: structured lines, never with tokens, bodies or query strings in them. */
export interface Log {
  /** Whether `info` says anything: what it would say need not be made otherwise. */
  readonly saysInfo: boolean;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** For a registry in another program's process. */
export const silentLog: Log = {
  saysInfo: false,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
