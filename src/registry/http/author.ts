import type { FastifyRequest } from "fastify";
import validateSource from "../../wire/source.schema.json?validator";
import { sourceHeader } from "../../wire/extensions.ts";
import type { WireSource } from "../../wire/source.ts";
import type { Author } from "../store/store.ts";
import { invalid } from "../refusal.ts";
import { check } from "./read-request.ts";

/**
 * Who makes a write, and where from, as the audit keeps it.
 * @throws Refusal 422 where the header does not say that
 */
export function authorOf({ caller, headers }: FastifyRequest): Author {
  const { token, name } = caller;
  const given = headers[sourceHeader];
  return { token, name, source: given === undefined ? null : readSource(String(given)) };
}

function readSource(text: string): WireSource {
  let source: unknown;
  try {
    source = JSON.parse(text);
  } catch {
    throw invalid(["header", sourceHeader], "Input should be JSON", "json_invalid");
  }
  check(validateSource, source, ["header", sourceHeader]);
  return source as WireSource;
}
