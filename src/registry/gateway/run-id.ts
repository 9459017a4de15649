import { randomUUID } from "node:crypto";

/**
 * The id of a run that begins now. Its time comes first, as in a UUID of version 7: databases add rows
 * faster at the end of an index than all over it.
 */
export function newRunId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `run_${time}${randomUUID().replaceAll("-", "").slice(0, 20)}`;
}

/** What else callers ask for is not looked for: a database may refuse letters that are in no id. */
export function isRunId(text: string): boolean {
  return /^run_[0-9a-f]{32}$/.test(text);
}
