import { DatabaseError } from "pg";
import { Refusal } from "../refusal.ts";
import { Unavailable } from "./unavailable.ts";

/** Undone by the server because of other transactions: a deadlock, or none that fits in any order. */
export function isRetried(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === "40001" || error.code === "40P01");
}

/**
 * Classes of errors (SQLSTATE's first two) that are no fault of the statement: the connection, a user or a
 * database that cannot be connected as or to, no resources, an operator, a lock that did not come free, a
 * transaction that never fitted.
 */
const passing = new Set(["08", "28", "3D", "40", "53", "55", "57", "58"]);
/** A server that has become a read-only copy. */
const readOnly = "25006";

/** An error out of a call, as the port has it: what is not the server's own answer is a lost connection. */
export function translated(error: unknown): unknown {
  if (error instanceof Refusal || error instanceof TypeError || !(error instanceof Error)) return error;
  if (error instanceof DatabaseError) {
    const { code = "" } = error;
    if (!passing.has(code.slice(0, 2)) && code !== readOnly) return error;
  }
  return new Unavailable(`the database did not answer: ${error.message}`, { cause: error });
}
