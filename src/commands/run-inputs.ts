import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";
import { readTrouble } from "../workspace/file-trouble.ts";

/**
 * The inputs of a run out of what `--input` says, as a JSON list. What is JSON is that value, its numbers
 * with all their digits; anything else is a text. `@FILE` and `-` (stdin) are read the same way, and `@@`
 * begins a text with `@`.
 * @throws PointsmanError usage
 */
export async function readInputs(given: readonly string[]): Promise<string> {
  if (given.filter((one) => one === "-").length > 1) {
    throw new PointsmanError("usage", "--input - can be given once: stdin is read once.");
  }
  const inputs: string[] = [];
  for (const one of given) inputs.push(inputOf(await contentOf(one)));
  return `[${inputs.join(",")}]`;
}

async function contentOf(given: string): Promise<string> {
  if (given === "-") return text(createReadStream("", { fd: 0 }));
  if (given.startsWith("@@")) return given.slice(1);
  if (!given.startsWith("@")) return given;
  const file = given.slice(1);
  try {
    return await text(createReadStream(file));
  } catch (error) {
    throw new PointsmanError("usage", `--input ${printable(given)} cannot be read: ${readTrouble(error)}.`);
  }
}

function inputOf(content: string): string {
  const value = parse(content);
  const isText = value === undefined;
  const type = isText ? "string" : typeOf(value, content);
  return `{"type":"${type}","value":${isText ? JSON.stringify(content) : content.trim()}}`;
}

/** The API's name for a JSON value's type. */
function typeOf(value: unknown, content: string): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return /^-?\d+$/.test(content.trim()) ? "integer" : "fp";
  return { string: "string", boolean: "boolean" }[typeof value as string] ?? "dictionary";
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
