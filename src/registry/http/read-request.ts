import validateQuery from "../../wire/query.schema.json?validator";
import { defaultPageLimit } from "../../wire/page.ts";
import { type SchemaError, faultOf, faultOfAny } from "./fault.ts";
import { Refusal } from "../refusal.ts";

/** A schema's validator: what `?validator` imports are. */
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/**
 * A request's body, which is then of the type that the schema describes.
 * @throws Refusal 422 in FastAPI's shape
 */
export function readBody(validate: Validator, body: unknown): unknown {
  if (body === undefined) {
    throw new Refusal(422, "no body", [{ loc: ["body"], msg: "Field required", type: "missing" }]);
  }
  check(validate, body, ["body"]);
  return body;
}

/** The query of a call, by query.schema.json. */
export interface Query {
  readonly skip: number;
  readonly limit: number;
  readonly show_deleted: boolean;
  readonly force: boolean;
  readonly pipeline_name?: string;
  readonly name?: string;
  readonly at?: number;
}

const unasked: Query = { skip: 0, limit: defaultPageLimit, show_deleted: false, force: false };

/**
 * The query, its numbers and booleans parsed as FastAPI does. Of a field given twice the last counts.
 * @throws Refusal 422
 */
export function readQuery(query: unknown): Query {
  const given = Object.entries(query as Record<string, string | string[]>);
  if (given.length === 0) return unasked;
  const parsed = given.map(([field, value]) => {
    const text = typeof value === "string" ? value : (value.at(-1) ?? "");
    return [field, parse.get(field)?.(text) ?? text];
  });
  const values = { ...unasked, ...Object.fromEntries(parsed) };
  check(validateQuery, values, ["query"]);
  return values;
}

/** What does not parse stays text, and the schema then says what it should be. */
const parse = new Map<string, (text: string) => number | boolean | undefined>([
  ["skip", parseCount],
  ["limit", parseCount],
  ["at", (text) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined)],
  ["show_deleted", parseBoolean],
  ["force", parseBoolean],
]);
const booleans = new Map([
  ...["true", "1", "on", "yes", "y", "t"].map((word) => [word, true] as const),
  ...["false", "0", "off", "no", "n", "f"].map((word) => [word, false] as const),
]);

function parseBoolean(text: string): boolean | undefined {
  return booleans.get(text.toLowerCase());
}

function parseCount(text: string): number | undefined {
  return /^[+-]?\d{1,18}$/.test(text) ? Number(text) : undefined;
}

/**
 * @param place where the data stood in the request
 * @throws Refusal 422
 */
export function check(validate: Validator, data: unknown, place: readonly string[]): void {
  if (validate(data)) return;
  const errors = validate.errors ?? [];
  const faults = errors.some(({ keyword }) => keyword === "anyOf")
    ? [faultOfAny(errors, place)]
    : errors.map((error) => faultOf(error, place));
  throw new Refusal(422, "the request is invalid", faults);
}
