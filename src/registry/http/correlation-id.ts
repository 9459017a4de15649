import { randomUUID } from "node:crypto";

const sane = /^[\w.:-]{1,128}$/;

/** A request's id: the caller's own where it is fit for a log line and a header, else a new one. */
export function correlationId(given?: string | string[]): string {
  return typeof given === "string" && sane.test(given) ? given : randomUUID();
}
