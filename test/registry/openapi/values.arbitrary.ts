import fc from "fast-check";

export type Json = ReturnType<typeof JSON.parse>;

/** What people and attackers put where a name or a text belongs. */
export const texts = fc.oneof(
  fc.constantFrom("u/p:latest", "u/p:v1", "u/p:stable", "other/q:v1", "u/p", "*", ""),
  fc.constantFrom(
    "u/p:latest'; DROP TABLE pointers; --",
    "' OR 1=1 --",
    "../../etc/passwd",
    "u/p:latest\0",
    "a\r\nset-cookie: x=1",
    "\u{1F4A9}/\u202Egpj:tag",
    "\ud800",
    "__proto__",
    "%00%2e%2e%2f",
    "x".repeat(600),
  ),
  fc.string({ maxLength: 20, unit: "binary" }),
);

/** Values of a JSON schema, of those keywords that the registry's schemas have. */
export function valuesOf(schema: Json, resolve: (reference: string) => Json): fc.Arbitrary<Json> {
  const of = (inner: Json) => valuesOf(inner, resolve);
  if (schema.$ref !== undefined) return of(resolve(schema.$ref));
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(of));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const kinds = [schema.type ?? ["null", "boolean", "string"]].flat();
  return fc.oneof(...kinds.map((kind: string) => makers[kind]!(schema, of)));
}

const makers: Record<string, (schema: Json, of: (inner: Json) => fc.Arbitrary<Json>) => fc.Arbitrary<Json>> =
  {
    null: () => fc.constant(null),
    boolean: () => fc.boolean(),
    integer: ({ minimum = -100, maximum = 100 }) =>
      fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) }),
    number: ({ minimum = -100, maximum = 100 }) =>
      fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) }),
    string: ({ minLength = 0, maxLength = 2000, pattern }) =>
      (pattern === undefined ? texts : fc.stringMatching(new RegExp(pattern, "u"), { maxLength: 40 })).filter(
        (text) => text.length >= minLength && text.length <= maxLength,
      ),
    array: ({ items = {}, minItems = 0, maxItems = 3 }, of) =>
      fc.array(of(items), { minLength: minItems, maxLength: Math.min(maxItems, 3) }),
    object: ({ properties = {}, required = [] }, of) =>
      fc.record(Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, of(inner)])), {
        requiredKeys: required,
      }),
  };

/** The same, with one member put wrong. */
export function spoilt(values: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc
      .tuple(values, fc.nat(), fc.jsonValue({ maxDepth: 1 }))
      .map(([value, at, wrong]) => withWrong(value, at, wrong)),
  );
}

function withWrong(value: Json, at: number, wrong: Json): Json {
  if (typeof value !== "object" || value === null) return wrong;
  const names = Object.keys(value);
  return { ...value, [names[at % Math.max(1, names.length)] ?? "more"]: wrong };
}
