import type { Fault } from "../refusal.ts";

/** What of ajv's errors is read here. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: Readonly<Record<string, unknown>>;
}

/** An error of ajv in the words of FastAPI, which are pydantic 2's. */
export function faultOf(error: SchemaError, place: readonly string[]): Fault {
  const loc = [...place, ...error.instancePath.split("/").slice(1).map(keyOf)];
  const { keyword, params } = error;
  if (keyword === "required") {
    return { loc: [...loc, String(params["missingProperty"])], msg: "Field required", type: "missing" };
  }
  if (keyword === "type") {
    const [kind] = [params["type"]].flat();
    const word = types[String(kind)];
    if (word !== undefined) return { loc, msg: `Input should be a valid ${word.noun}`, type: word.type };
  }
  if (keyword === "pattern") {
    const wanted = error.parentSchema?.["description"] ?? `a match of ${String(params["pattern"])}`;
    return { loc, msg: `Input should be ${String(wanted)}`, type: "string_pattern_mismatch" };
  }
  const limit = limits[keyword];
  if (limit !== undefined) return { loc, msg: limit.msg(String(params["limit"])), type: limit.type };
  return { loc, msg: error.message ?? keyword, type: "value_error" };
}

/** Of several fields one is required: ajv has an error for each of them, and one for all. */
export function faultOfAny(errors: readonly SchemaError[], place: readonly string[]): Fault {
  const names = errors.flatMap(({ params }) => params["missingProperty"] ?? []);
  return { loc: [...place], msg: `Field required: ${names.join(" or ")}`, type: "missing" };
}

/** Places in lists are numbers. */
function keyOf(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

const types: Partial<Record<string, { noun: string; type: string }>> = {
  string: { noun: "string", type: "string_type" },
  boolean: { noun: "boolean", type: "bool_type" },
  integer: { noun: "integer", type: "int_type" },
  number: { noun: "number", type: "float_type" },
  object: { noun: "dictionary", type: "dict_type" },
  array: { noun: "list", type: "list_type" },
};

const limits: Partial<Record<string, { msg: (limit: string) => string; type: string }>> = {
  minimum: {
    msg: (limit) => `Input should be greater than or equal to ${limit}`,
    type: "greater_than_equal",
  },
  maximum: { msg: (limit) => `Input should be less than or equal to ${limit}`, type: "less_than_equal" },
  minLength: { msg: (limit) => `String should have at least ${limit} characters`, type: "string_too_short" },
  maxLength: { msg: (limit) => `String should have at most ${limit} characters`, type: "string_too_long" },
};
