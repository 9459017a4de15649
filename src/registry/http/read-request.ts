import validatePageQuery from "../../wire/page-query.schema.json?validator";
import { defaultPageLimit } from "../../wire/page.ts";
import { type SchemaError, faultOf } from "./fault.ts";
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
  check(validate, body, "body");
  return body;
}

export interface ListingQuery {
  readonly skip: number;
  readonly limit: number;
  readonly show_deleted: boolean;
  readonly pipeline_name?: string;
  readonly name?: string;
}

/**
 * A listing's query, its numbers and booleans parsed as FastAPI does. Of a field given twice the last counts.
 * @throws Refusal 422
 */
export function readListingQuery(query: unknown): ListingQuery {
  const given = Object.entries(query as Record<string, string | string[]>).map(([field, value]) => {
    const text = typeof value === "string" ? value : (value.at(-1) ?? "");
    return [field, parse[field]?.(text) ?? text];
  });
  const values = { skip: 0, limit: defaultPageLimit, show_deleted: false, ...Object.fromEntries(given) };
  check(validatePageQuery, values, "query");
  return values as ListingQuery;
}

/** What does not parse stays text, and the schema then says what it should be. */
const parse: Partial<Record<string, (text: string) => number | boolean | undefined>> = {
  skip: parseCount,
  limit: parseCount,
  show_deleted: (text) => booleans.get(text.toLowerCase()),
};
const booleans = new Map([
  ...["true", "1", "on", "yes", "y", "t"].map((word) => [word, true] as const),
  ...["false", "0", "off", "no", "n", "f"].map((word) => [word, false] as const),
]);

function parseCount(text: string): number | undefined {
  return /^[+-]?\d{1,18}$/.test(text) ? Number(text) : undefined;
}

function check(validate: Validator, data: unknown, place: "body" | "query"): void {
  if (validate(data)) return;
  const faults = (validate.errors ?? []).map((error) => faultOf(error, place));
  throw new Refusal(422, "the request is invalid", faults);
}
