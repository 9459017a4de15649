import fc from "fast-check";
import { expect, test } from "vitest";
import { openApiDocument } from "../../../src/registry/openapi/document.ts";
import { token } from "../a-registry.ts";
import { anApp } from "./an-app.ts";
import { requestsOf } from "./requests.arbitrary.ts";
import { validator } from "./validator.ts";

const document = openApiDocument("0") as ReturnType<typeof JSON.parse>;

test("whatever is asked, the answer is one that the document has for it, and never a fault of the registry", async () => {
  const { app } = await anApp();
  const faults = validator(document);
  const authorization = `Bearer ${token}`;
  const setUp = async (method: "POST", url: string, payload: object) =>
    (await app.inject({ method, url, payload, headers: { authorization } })).json();
  const { id } = await setUp("POST", "/v4/pipelines", { name: "u/p", image: "i" });
  await setUp("POST", "/v4/pipelines", { name: "other/q", image: "i" });
  await setUp("POST", "/v4/pointers", { pointer: "u/p:latest", pointer_or_pipeline_id: id });

  await fc.assert(
    fc.asyncProperty(requestsOf(document), async ({ operation, method, url, headers, body }) => {
      const answer = await app.inject({
        method,
        url,
        headers: {
          ...headers,
          authorization,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      const { statusCode: status, payload } = answer;
      expect(Object.keys(operation.responses).map(Number)).toContain(status);
      expect(status).not.toBe(500);
      expect(answer.headers["x-correlation-id"]).toEqual(expect.any(String));
      const schema = operation.responses[status].content?.["application/json"]?.schema;
      if (schema !== undefined) expect(faults(schema, JSON.parse(payload))).toEqual([]);
      // What the schemas refuse is refused.
      const asked = operation.requestBody?.content["application/json"].schema;
      const isWrong =
        asked !== undefined && faults(asked, JSON.parse(JSON.stringify(body) ?? "null"))?.length !== 0;
      if (isWrong) expect(status).toBeGreaterThanOrEqual(400);
    }),
    { numRuns: 300 },
  );
  expect(
    (await app.inject({ url: "/v4/pointers/u/p:v1", headers: { authorization } })).statusCode,
  ).toBeLessThan(500);
}, 60_000);
