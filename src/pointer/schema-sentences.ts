import type { ErrorObject } from "ajv";
import { nearest } from "./nearest.ts";
import { printable } from "./printable.ts";
import { lacksSpace, spaceMissing } from "./space-missing.ts";

/** A compiled schema, as ajv makes it. */
export interface Validator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

export interface SchemaSentence {
  /** The way from the root to the value that is wrong, or whose key is. */
  readonly path: readonly string[];
  /** Whether the key is meant, not its value. */
  readonly onKey: boolean;
  readonly message: string;
}

/**
 * Ajv's errors as sentences a person would write, each once. Errors of a name's grammar are left
 * out: the rule `name-grammar` says more of them.
 * @param isShowable whether a text of the file may stand in a sentence
 * @param written a value that is no text as it stands in the file, by its path: 1.10 is the number 1.1
 */
export function explainSchemaErrors(
  errors: readonly ErrorObject[],
  isShowable: (text: string) => boolean,
  written: (path: readonly string[]) => string,
): SchemaSentence[] {
  const sentences = new Map<string, SchemaSentence>();
  const context = { ...siblingsOf(errors), isShowable, written };
  for (const error of errors) {
    if (error.schemaPath.includes("/propertyNames") || error.propertyName !== undefined) {
      if (error.keyword !== "propertyNames" || error.instancePath === "/pointers") continue;
    }
    const sentence = explain(error, context);
    if (sentence !== null) sentences.set(`${sentence.path.join("/")}\0${sentence.message}`, sentence);
  }
  return [...sentences.values()];
}

interface Context {
  /** Where a value fits none of several forms. */
  readonly choices: ReadonlySet<string>;
  /** Unknown keys, by where the mapping stands that has them. */
  readonly unknown: ReadonlyMap<string, readonly ErrorObject[]>;
  readonly isShowable: (text: string) => boolean;
  readonly written: (path: readonly string[]) => string;
}

/** Gathered once: a file may have a hundred thousand errors, and each asks for those at its place. */
function siblingsOf(errors: readonly ErrorObject[]): Pick<Context, "choices" | "unknown"> {
  const choices = new Set<string>();
  const unknown = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const { keyword, instancePath } = error;
    if (keyword === "anyOf") choices.add(instancePath);
    if (keyword !== "additionalProperties") continue;
    const others = unknown.get(instancePath);
    if (others === undefined) unknown.set(instancePath, [error]);
    else others.push(error);
  }
  return { choices, unknown };
}

function explain(
  error: ErrorObject,
  { choices, unknown, isShowable, written }: Context,
): SchemaSentence | null {
  const path = error.instancePath.split("/").slice(1).map(unescape);
  const subject = subjectOf(path, isShowable);
  const text = written(path);
  const onValue = (message: string): SchemaSentence => ({ path, onKey: false, message });
  // One branch of a choice between two forms: the choice's own sentence says it. What is wrong inside of a pointer's
  // mapping, which is one of its forms, has its own.
  const isBranch = error.keyword === "type" || (error.keyword !== "anyOf" && path[0] !== "pointers");
  if (isBranch && choices.has(error.instancePath)) return null;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "required": {
      const missing = String(params["missingProperty"]);
      if (unknown.get(error.instancePath)?.some((other) => isMeantFor(missing, other)) === true) return null;
      // At the key: the value's first line is another field.
      return path.length === 0
        ? onValue(`The file has no "${missing}".`)
        : { path, onKey: true, message: `${subject} has no ${missing}.` };
    }
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = knownKeys(error);
      const near = nearest(key, known);
      // In a remote a key that is near to none may be a secret without one.
      const isShown = isShowable(key) && (path[0] !== "remotes" || near !== undefined);
      const end = near === undefined ? `known here: ${known.join(", ")}.` : `did you mean ${near}?`;
      const message = lacksSpace(key)
        ? spaceMissing
        : isStrayPointer(error)
          ? `"${printable(key)}" stands at the top: pointers go below "pointers:", indented.`
          : `Unknown key${isShown ? ` "${printable(key)}"` : ""}; ${end}`;
      return { path: [...path, key], onKey: true, message };
    }
    case "propertyNames": {
      const key = String(params["propertyName"]);
      return {
        path: [...path, key],
        onKey: true,
        message: `${isShowable(key) ? `"${printable(key)}"` : "This"} is no name that can be used here.`,
      };
    }
    case "type":
      if (params["type"] === "object" && typeof error.data === "string" && lacksSpace(error.data))
        return onValue(spaceMissing);
      return onValue(
        error.data === null
          ? `${subject} is empty: it must be ${kinds[String(params["type"])] ?? String(params["type"])}.`
          : `${subject} must be ${kinds[String(params["type"])] ?? String(params["type"])}, not ${kindOf(error.data, text, path[0] === "remotes" ? () => false : isShowable)}.`,
      );
    case "anyOf":
      return explainAnyOf(error, path, subject, text);
    case "const":
      return onValue(`${subject} must be ${JSON.stringify(params["allowedValue"])}.`);
    case "enum":
      return onValue(`${subject} must be one of ${(params["allowedValues"] as unknown[]).join(", ")}.`);
    case "minLength":
      return onValue(
        path[0] === "pointers"
          ? `The target of "${printable(path[1] ?? "")}" is empty.`
          : `${subject} is empty.`,
      );
    case "pattern": {
      const says = error.parentSchema?.["description"];
      return onValue(
        `${subject} cannot be what stands here.${typeof says === "string" ? ` It is: ${says}` : ""}`,
      );
    }
    default:
      return onValue(`${subject} ${error.message ?? "is not valid"}.`);
  }
}

/** What a sentence speaks of; an entry of a list by its place, from 1. */
function subjectOf(path: readonly string[], isShowable: (text: string) => boolean): string {
  const last = path.at(-1);
  if (last === undefined) return "The file";
  const list = path.at(-2);
  return list !== undefined && /^\d+$/.test(last)
    ? `Entry ${Number(last) + 1} of "${printable(list)}"`
    : isShowable(last)
      ? `"${printable(last)}"`
      : "This";
}

function knownKeys(error: ErrorObject): string[] {
  return Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
}

/** Whether an unknown key is the missing one, misspelt or left out: one sentence is enough. */
function isMeantFor(missing: string, error: ErrorObject): boolean {
  const key = String(error.params["additionalProperty"]);
  return nearest(key, knownKeys(error)) === missing || (missing === "pointers" && isStrayPointer(error));
}

/** Whether an unknown key at the top of a pointer file is a pointer's name. */
function isStrayPointer(error: ErrorObject): boolean {
  return (
    error.instancePath === "" &&
    knownKeys(error).includes("pointers") &&
    /[/:]/.test(String(error.params["additionalProperty"]))
  );
}

function explainAnyOf(
  { data }: ErrorObject,
  path: readonly string[],
  subject: string,
  text: string,
): SchemaSentence | null {
  if (path[0] !== "pointers")
    return { path, onKey: false, message: `${subject} must be a whole number or a share such as 10%.` };
  // A mapping or a string: what is wrong inside has a sentence of its own.
  if (typeof data === "string" || kindOf(data, text) === "a mapping") return null;
  if (data === null) return { path, onKey: false, message: `${subject} has no target.` };
  const quoted =
    typeof data === "object" ? "" : ` If that is the target, write it in quotes: "${printable(text)}".`;
  return {
    path,
    onKey: false,
    message: `The target of ${subject} must be text, not ${kindOf(data, text)}.${quoted}`,
  };
}

const kinds: Readonly<Record<string, string>> = {
  object: "a mapping (key: value)",
  string: "text",
  boolean: "true or false",
  array: "a list",
  integer: "a whole number",
};

function kindOf(data: unknown, text: string, isShowable: (text: string) => boolean = () => true): string {
  if (data === null || data === undefined) return "empty";
  if (Array.isArray(data)) return "a list";
  if (typeof data === "object") return "a mapping";
  if (typeof data === "string") return "text";
  return isShowable(text) ? `a ${typeof data} (${printable(text)})` : `a ${typeof data}`;
}

function unescape(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
