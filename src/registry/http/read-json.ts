import { isUtf8 } from "node:buffer";
import type { FastifyBodyParser } from "fastify";
import { invalid } from "../refusal.ts";

/**
 * Reads JSON bodies; none is undefined. Keys such as `__proto__` are let be: they become plain fields.
 * It answers 422 as FastAPI does, where fastify would say 400.
 * @param depth how many arrays and objects may stand in one another: code that walks them is recursive
 * @param show what the request's `body` is to be
 */
export function jsonReader(
  depth: number,
  show: (value: unknown, text: string) => unknown = (value) => value,
): FastifyBodyParser<Buffer> {
  return (_request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    // What is none would be read with signs in its place that nobody wrote.
    if (!isUtf8(body)) return done(invalid(["body"], "JSON decode error: it is not UTF-8", "json_invalid"));
    const text = body.toString();
    const reason = explainBrackets(text, depth);
    if (reason !== null) return done(invalid(["body"], `JSON ${reason}`, "recursion_loop"));
    try {
      done(null, show(JSON.parse(text), text));
    } catch (error) {
      const reason = error instanceof Error ? error.message : "";
      done(invalid(["body"], `JSON decode error: ${reason}`, "json_invalid"));
    }
  };
}

/** Arrays and objects of one JSON text at most: each takes some 60 bytes of memory, for three in the text. */
const mostBrackets = 2_000_000;

/**
 * What is too much about the brackets outside of texts; null where nothing is. What is no JSON is the parser's to refuse.
 * @param levels how many may stand in one another
 */
export function explainBrackets(json: string, levels: number): string | null {
  let [depth, count] = [0, 0];
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfText(json, at);
    else if (code === openBracket || code === openBrace) {
      if (++depth > levels) return `is nested deeper than ${levels} levels`;
      if (++count > mostBrackets) return `has more than ${mostBrackets} arrays and objects`;
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return null;
}

/** Where a text ends: at the next quote with an even number of backslashes before it, or with all of it. */
export function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return json.length;
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [34, 92, 91, 93, 123, 125];
