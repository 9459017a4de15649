// Before all tests: a PostgreSQL server for those that need one. POINTSMAN_TEST_DATABASE_URL names one where
// tests may make and drop databases; else one is started of the programs that are installed. Without either
// the tests say what they left out.
import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres-server.js";

/** Where there is a server, or why there is none. */
export type TestPostgres = { readonly url: string } | { readonly missing: string };

declare module "vitest" {
  export interface ProvidedContext {
    postgres: TestPostgres;
  }
}

export function setup(project: TestProject): (() => void) | undefined {
  const given = process.env["POINTSMAN_TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    project.provide("postgres", { url: given });
    return undefined;
  }
  const started = startPostgres();
  if (started === null) {
    const missing = "POINTSMAN_TEST_DATABASE_URL is not set and PostgreSQL is not installed";
    console.warn(`\nTests on PostgreSQL are left out: ${missing}.`);
    project.provide("postgres", { missing });
    return undefined;
  }
  project.provide("postgres", { url: started.url });
  return started.stop;
}
