import type { FastifyInstance } from "fastify";
import { openApiDocument } from "./document.ts";
import { documentPage } from "./page.ts";

/** The API's document, for programs and for people. Both are made once. */
export function docsRoutes(app: FastifyInstance, version: string): void {
  const document = JSON.stringify(openApiDocument(version));
  const page = documentPage(version);
  app.get("/openapi.json", { config: { entry: "open" }, exposeHeadRoute: true }, (_request, reply) =>
    reply.header("content-type", "application/json; charset=utf-8").send(document),
  );
  app.get("/docs", { config: { entry: "open" }, exposeHeadRoute: true }, (_request, reply) =>
    reply
      .header("content-type", "text/html; charset=utf-8")
      .header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      )
      .send(page),
  );
}
