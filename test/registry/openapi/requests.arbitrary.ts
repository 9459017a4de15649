import fc from "fast-check";
import { type Json, spoilt, texts, valuesOf } from "./values.arbitrary.ts";

/** A request of one operation, as `inject` takes it. */
export interface AnyRequest {
  readonly operation: Json;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: Json;
  readonly toJSON: () => object;
}

/** Requests of every operation of an OpenAPI document: most as it says, some not. */
export function requestsOf(document: Json): fc.Arbitrary<AnyRequest> {
  const resolve = (reference: string): Json =>
    reference
      .split("/")
      .slice(1)
      .reduce((part, name) => part[name], document);
  const operations = Object.entries<Json>(document.paths).flatMap(([path, { parameters = [], ...methods }]) =>
    Object.entries<Json>(methods).map(([method, operation]) => {
      const given = [...parameters, ...operation.parameters];
      const schema = operation.requestBody?.content["application/json"].schema;
      const body = schema === undefined ? fc.constant(undefined) : often(valuesOf(schema, resolve), spoilt);
      return fc
        .record({
          path: inPath(path, given),
          query: inQuery(given, resolve),
          headers: inHeaders(given),
          body,
        })
        .map(({ path: url, query, headers, body: sent }): AnyRequest => ({
          operation,
          method: method.toUpperCase() as AnyRequest["method"],
          url: url + query,
          headers,
          body: sent,
          // What a failure shows.
          toJSON: () => ({ method, url: url + query, headers, sent }),
        }));
    }),
  );
  return fc.oneof(...operations);
}

function often(right: fc.Arbitrary<Json>, wrong: (right: fc.Arbitrary<Json>) => fc.Arbitrary<Json>) {
  return fc.oneof({ arbitrary: right, weight: 3 }, { arbitrary: wrong(right), weight: 1 });
}

/** Names stand in it escaped, or as they are where a URL can hold them. */
function inPath(path: string, parameters: readonly Json[]): fc.Arbitrary<string> {
  const count = parameters.filter((one) => one.in === "path").length;
  const name = fc.tuple(
    texts.filter((text) => text !== "" && isWellFormed(text) && text !== "." && text !== ".."),
    fc.boolean(),
  );
  return fc.array(name, { minLength: count, maxLength: count }).map((names) => {
    const left = [...names];
    return path.replace(/\{\w+\}/g, () => {
      const [text, isRaw] = left.shift()!;
      return isRaw && /^[\w./:*-]+$/.test(text) ? text : encodeURIComponent(text);
    });
  });
}

function inQuery(parameters: readonly Json[], resolve: (reference: string) => Json): fc.Arbitrary<string> {
  const given = parameters.filter((one) => one.in === "query");
  const values = given.map((one) => [one.name, often(valuesOf(one.schema, resolve), () => texts)] as const);
  return fc
    .record(Object.fromEntries(values), { requiredKeys: [] })
    .map((query: Record<string, Json>) =>
      Object.entries(query).map(
        ([name, value]) => `${name}=${encodeURIComponent(wellFormed(String(value)))}`,
      ),
    )
    .map((pairs) => (pairs.length === 0 ? "" : `?${pairs.join("&")}`));
}

function inHeaders(parameters: readonly Json[]): fc.Arbitrary<Record<string, string | undefined>> {
  const value = fc.oneof(
    fc.constantFrom("*", '"pipeline_x"', 'W/"a", "b;locked"', '{"commit":"abc"}', "{", "[]", '"', ",,,"),
    fc.string({ maxLength: 30 }).filter((text) => /^[\x20-\x7e]*$/.test(text)),
  );
  const named = parameters
    .filter((one) => one.in === "header")
    .map(({ name }) => [name.toLowerCase(), value]);
  return fc.record(Object.fromEntries(named), { requiredKeys: [] });
}

/** Halves of a pair cannot stand in a URL. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

function isWellFormed(text: string): boolean {
  return wellFormed(text) === text;
}
