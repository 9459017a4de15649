import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { aContainer, fails } from "../gateway/a-container.ts";
import { aGateway } from "../gateway/a-gateway.ts";
import { openApiDocument, operations } from "../../../src/registry/openapi/document.ts";
import { aRegistry } from "../a-registry.ts";
import { routesOf } from "./an-app.ts";
import { validator } from "./validator.ts";

const document = openApiDocument("1.2.3") as ReturnType<typeof JSON.parse>;
const shown = Object.values<Record<string, { operationId?: string; tags?: string[] }>>(
  document.paths,
).flatMap((methods) => Object.values(methods));

test("every route has its operation, with the scope that it takes, and no operation is without a route", async () => {
  const documented = Object.entries(operations).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { scope }]) => [`${method.toUpperCase()} ${path}`, scope]),
  );
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(await routesOf()));
});

test("its schemas are valid, and lead nowhere else", () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  ajv.addVocabulary(["components"]);
  ajv.addSchema({ $id: "document", components: document.components });
  for (const name of Object.keys(document.components.schemas)) {
    expect(() => ajv.compile({ $ref: `document#/components/schemas/${name}` })).not.toThrow();
  }
  const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? [];
  for (const reference of new Set(references)) {
    const [, name = ""] = /^"\$ref":"#\/components\/schemas\/(\w+)"$/.exec(reference) ?? [];
    expect(document.components.schemas).toHaveProperty(name);
  }
});

test("clients are generated from it: arrays say what they hold, objects that they are open, no sentence names a class", () => {
  const untold: string[] = [];
  const look = (path: string, part: unknown) => {
    if (typeof part !== "object" || part === null) return;
    const schema = part as Record<string, unknown>;
    const types = [schema["type"]].flat();
    if (types.includes("array") && schema["items"] === undefined) untold.push(path);
    const members = schema["properties"] ?? schema["additionalProperties"];
    if (types.includes("object") && members === undefined) untold.push(path);
    for (const [name, inner] of Object.entries(schema)) look(`${path}/${name}`, inner);
  };
  look("", document.components.schemas);
  expect(untold).toEqual([]);
  expect(document.components.schemas.PipelineCreate.additionalProperties).toBe(true);
  expect(JSON.stringify(document.components)).not.toContain('"title":');
});

test.each([
  ["input_error", 400, 400],
  ["startup_error", 500, 502],
  ["pipeline_loading", 503, 503],
])("it has the answer of a run that ended with %s", async (type, said, status) => {
  const container = await aContainer(fails(type, "no", said));
  const { run } = await aGateway([[container.url]]);
  const answer = await run();
  expect(answer.status).toBe(status);
  const { schema } = document.paths["/v4/runs"].post.responses[status].content["application/json"];
  expect(validator(document)(schema, answer.body)).toEqual([]);
});

test("no two operations have one id", () => {
  const ids = shown.flatMap(({ operationId }) => operationId ?? []);
  expect(ids.length).toBeGreaterThan(20);
  expect(new Set(ids).size).toBe(ids.length);
});

test("its operations are in a few groups", () => {
  const tags = new Set(shown.flatMap((operation) => operation.tags ?? []));
  expect([...tags]).toEqual(["pointers", "runs", "pipelines", "registry", "tokens", "operating"]);
});

describe("a served registry", () => {
  test("gives it to anybody", async () => {
    const { url } = await aRegistry(undefined, { version: "1.2.3" });
    const answer = await fetch(`${url}/openapi.json`);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await answer.json()).toEqual(document);
  });

  test("shows it on a page that runs nothing, and loads nothing from anywhere", async () => {
    const { url } = await aRegistry();
    const answer = await fetch(`${url}/docs`);
    const page = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(page).not.toMatch(/<script|<img|<link|<iframe|https?:\/\/|\bon\w+=|url\(/i);
    for (const path of Object.keys(operations)) expect(page).toContain(`<code>${path}</code>`);
    for (const [, anchor] of page.matchAll(/href="#(\w+)"/g)) expect(page).toContain(`id="${anchor}"`);
  });
});
