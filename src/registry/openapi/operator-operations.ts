import type { Paths } from "./operation.ts";

/** The calls on tokens, and those of whoever runs the registry. */
export const operatorOperations: Paths = {
  "/v4/tokens/validate": {
    get: {
      summary: "Whether a token is valid",
      scope: null,
      answer: { status: 200, says: "it is", schema: "ValidToken" },
    },
  },
  "/v4/tokens": {
    get: {
      summary: "List tokens (extension)",
      scope: "admin",
      query: ["skip", "limit"],
      answer: { status: 200, says: "a page", schema: { pageOf: "Token" } },
    },
    post: {
      summary: "Create a token (extension)",
      scope: "admin",
      headers: ["x-pointsman-source"],
      body: "TokenCreate",
      answer: { status: 201, says: "the token, this once", schema: "NewToken" },
      refusals: { 409: "a token has that name" },
    },
  },
  "/v4/tokens/{id}": {
    delete: {
      summary: "Revoke a token (extension)",
      description: "Every replica refuses it within two seconds.",
      scope: "admin",
      headers: ["x-pointsman-source"],
      answer: { status: 204, says: "it is gone" },
      refusals: { 404: "no token has that id" },
    },
  },
  "/healthz": {
    get: {
      summary: "Whether the process lives",
      scope: "open",
      answer: { status: 200, says: "it does", schema: "Health" },
    },
  },
  "/readyz": {
    get: {
      summary: "Whether requests may be sent here",
      description:
        "No while the database does not answer, or its file is gone, and while the registry stops.",
      scope: "open",
      answer: { status: 200, says: "yes", schema: "Health" },
      refusals: { 503: "no" },
    },
  },
  "/metrics": {
    get: {
      summary: "Counts for Prometheus",
      scope: "read",
      description: "For tokens that may read everybody's.",
      answer: { status: 200, says: "its text format", type: "text/plain" },
    },
  },
  "/openapi.json": {
    get: {
      summary: "This document",
      scope: "open",
      answer: { status: 200, says: "OpenAPI 3.1", type: "application/json" },
    },
  },
  "/docs": {
    get: {
      summary: "This document for people",
      scope: "open",
      answer: { status: 200, says: "a page that loads nothing", type: "text/html" },
    },
  },
};
