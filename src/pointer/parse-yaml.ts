import { type Pair, type Scalar, isMap, isScalar } from "yaml";
import type { Declaration } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import validateShape from "../../schemas/pointers.schema.json?validator";
import type { ParsedPointerFile } from "./parse-pointer-file.ts";
import { printable } from "./printable.ts";
import { type YamlDocument, keyOf, readYamlDocument, startOf } from "./yaml-document.ts";

/** What `parsePointerFile` gives, by the YAML parser: for files of any form. */
export function parseYaml(file: string, text: string): ParsedPointerFile {
  const yaml = readYamlDocument(file, text, validateShape, { mayRepeat: ["pointers"] });
  const problems = [...yaml.problems];
  const declarations: Declaration[] = [];
  for (const pair of pointerPairs(yaml)) {
    const declaration = readDeclaration(file, pair, yaml, problems);
    if (declaration !== null) declarations.push(declaration);
  }
  return { declarations, problems };
}

/** The entries below `pointers:`, as the parser has them. */
export function pointerPairs(yaml: YamlDocument): Pair[] {
  if (!isMap(yaml.contents)) return [];
  const pointers = yaml.contents.items.find((pair) => keyOf(pair) === "pointers")?.value;
  return isMap(pointers) ? pointers.items : [];
}

/** The value of one key of a long form. */
export function fieldOf(pair: Pair, key: string): Scalar | null {
  if (!isMap(pair.value)) return null;
  const value = pair.value.items.find((item) => keyOf(item) === key)?.value;
  return isScalar(value) ? value : null;
}

function readDeclaration(
  file: string,
  pair: Pair,
  yaml: YamlDocument,
  problems: Problem[],
): Declaration | null {
  const pointer = keyOf(pair);
  const target = isScalar(pair.value) ? pair.value : fieldOf(pair, "target");
  if (typeof target?.value !== "string" || target.value === "") return null;
  const targetAt = yaml.at(target.range?.[0] ?? 0);
  if (target.type === "PLAIN" && isAmbiguousPlain(target.value)) {
    problems.push({
      rule: "schema",
      message:
        `Some YAML readers take the target of "${printable(pointer)}" for a date, a time or a truth value, ` +
        `not for text. If it is the target, write it in quotes: "${printable(target.value)}".`,
      file,
      ...targetAt,
      severity: "error",
    });
    return null;
  }
  const description = fieldOf(pair, "description")?.value;
  return {
    pointer,
    target: target.value,
    locked: fieldOf(pair, "locked")?.value === true,
    ...(typeof description === "string" ? { description } : {}),
    file,
    ...yaml.at(startOf(pair)),
    targetLine: targetAt.line,
    targetColumn: targetAt.column,
  };
}

/** Whether a text without quotes is a text to YAML 1.2 and something else to many YAML readers. */
export function isAmbiguousPlain(text: string): boolean {
  return otherTypePattern.test(text);
}

/** Plain texts of YAML 1.2 that YAML 1.1 gives another type: https://yaml.org/type/ (timestamp, bool, int in base 60). */
const otherTypePattern = /^(?:\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?|[-+]?\d+(?::[0-5]?\d)+|yes|no|on|off|y|n)$/i;
