import querySchema from "../../wire/query.schema.json" with { type: "json" };
import type { Answer, HeaderName, Operation, Paths } from "./operation.ts";
import { operatorOperations } from "./operator-operations.ts";
import { pipelineOperations } from "./pipeline-operations.ts";
import { pointerOperations } from "./pointer-operations.ts";
import { runOperations } from "./run-operations.ts";
import { type SchemaName, component, reference, schemas } from "./schemas.ts";

type Json = Readonly<Record<string, unknown>>;

/** Every call of the registry. */
export const operations: Paths = {
  ...pointerOperations,
  ...runOperations,
  ...pipelineOperations,
  ...operatorOperations,
};

/**
 * The registry's API as an OpenAPI 3.1 document. Its schemas are the ones that requests are validated with.
 * @param version of the program
 */
export function openApiDocument(version: string): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "pointsman registry",
      version,
      description:
        "Movable names for deployed pipelines: the v4 API, and extensions that are named so. Every answer has " +
        "x-correlation-id, the caller's own where it sent one. Errors are FastAPI's: {\"detail\": …}.",
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }],
    paths: Object.fromEntries(
      Object.entries(operations).map(([path, methods]) => [
        path,
        {
          ...pathParameters(path),
          ...Object.fromEntries(
            Object.entries(methods).map(([method, operation]) => [method, show(path, method, operation)]),
          ),
        },
      ]),
    ),
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: Object.fromEntries(Object.keys(schemas).map((name) => [name, component(name as SchemaName)])),
    },
  };
}

function show(path: string, method: string, operation: Operation): Json {
  const { summary, description, scope, body, query = [], headers = [] } = operation;
  return {
    operationId: `${method}${path.replace(/[^a-z0-9]+(\w?)/gi, (_all, next: string) => next.toUpperCase())}`,
    tags: [/^\/v\d\/(\w+)/.exec(path)?.[1] ?? "operating"],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(scope === "open" ? { security: [] } : { security: [{ bearer: scope === null ? [] : [scope] }] }),
    parameters: [
      ...query.map((name) => queryParameter(name)),
      ...headers.map((name) => headerParameters[name]),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: json({ $ref: reference(body) }) } }),
    responses: {
      ...Object.fromEntries(answersOf(operation).map((one) => [one.status, answer(one)])),
      ...refusals(operation),
    },
  };
}

export function answersOf({ answer, also }: Operation): readonly Answer[] {
  return also === undefined ? [answer] : [answer, also];
}

function pathParameters(path: string): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return {};
  return {
    parameters: names.map((name) => ({
      name,
      in: "path",
      required: true,
      description: name === "pointer" ? "username/pipeline:tag" : "as the registry gave it",
      schema: { type: "string", minLength: 1 },
    })),
  };
}

function queryParameter(name: string): Json {
  const { description, ...schema } = (querySchema.properties as Readonly<Record<string, Json>>)[name] ?? {};
  return { name, in: "query", description, schema };
}

const headerParameters = {
  "If-Match": {
    name: "If-Match",
    in: "header",
    description: 'The ETag it must have: "<pipeline id>", "<pipeline id>;locked" where it is locked, or *',
    schema: { type: "string" },
  },
  "If-None-Match": {
    name: "If-None-Match",
    in: "header",
    description: "An ETag it must not have; * on a create",
    schema: { type: "string" },
  },
  "x-pointsman-source": {
    name: "x-pointsman-source",
    in: "header",
    description: "Where the write comes from, for the audit: JSON of the schema Source (extension)",
    content: json({ $ref: reference("Source") }),
  },
} satisfies Record<HeaderName, Json>;

function answer({ says, schema, type, headers = [] }: Answer): Json {
  const content =
    schema === undefined
      ? type === undefined
        ? {}
        : { content: { [type]: {} } }
      : { content: json(typeof schema === "string" ? { $ref: reference(schema) } : page(schema.pageOf)) };
  return {
    description: says,
    ...(headers.length === 0
      ? {}
      : { headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: "string" } }])) }),
    ...content,
  };
}

function page(name: SchemaName): Json {
  const count = { type: "integer", minimum: 0 };
  return {
    type: "object",
    required: ["skip", "limit", "total", "data"],
    properties: {
      skip: count,
      limit: count,
      total: count,
      data: { type: "array", items: { $ref: reference(name) } },
    },
  };
}

/** What every call may be refused for, every call with a token, and every call with a body. */
function refusals(operation: Operation): Json {
  const { scope, body, query = [], headers = [], refusals: own = {}, failures = [] } = operation;
  const isRead = body !== undefined || query.length > 0 || headers.includes("x-pointsman-source");
  const all: Record<number, string> = {
    400: "this is no HTTP request, or no URL",
    ...(scope === "open" ? {} : { 401: "no token, or one that is not valid" }),
    ...(scope === "open" || scope === null ? {} : { 403: "the token may not do that" }),
    ...(body === undefined ? {} : { 413: "the body is too large", 415: "the body is no JSON" }),
    414: "the path and query are too long",
    431: "the headers are too large",
    ...(isRead ? { 422: "the request is invalid: its detail says where" } : {}),
    ...(scope === "open" ? {} : { 429: "too many requests with this token: wait for retry-after seconds" }),
    500: "a fault of the registry, which its operator finds by the correlation id",
    503: "the registry is busy or its database does not answer: try again after retry-after seconds",
    ...own,
  };
  return Object.fromEntries(
    Object.entries(all).map(([status, says]) => [
      status,
      status === "304"
        ? { description: says }
        : { description: says, content: json(failures.includes(Number(status)) ? failureOrError : toError) },
    ]),
  );
}

const toError = { $ref: reference("Error") };
const failureOrError = { anyOf: [{ $ref: reference("Run") }, toError] };

function json(schema: Json): Json {
  return { "application/json": { schema } };
}
