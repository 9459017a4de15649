import {
  type Document,
  LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from "yaml";
import type { Problem } from "../model/problem.ts";
import { printable } from "./printable.ts";
import { type Validator, explainSchemaErrors } from "./schema-sentences.ts";
import { explainYamlErrors, tooDeep } from "./yaml-sentences.ts";

/** A YAML file that was read. */
export interface YamlDocument {
  /** What the parser made of it; null where it is no YAML that is taken. */
  readonly contents: Node | null;
  /** The same as plain data. It has the schema's shape where there are no problems. */
  readonly data: unknown;
  readonly problems: Problem[];
  /** Line and column, from 1, of an offset in the text. */
  readonly at: (offset: number) => Place;
  /** Where the value at the end of a path of keys stands. */
  readonly placeOf: (path: readonly string[]) => Place;
}

export interface YamlOptions {
  readonly mayRepeat?: readonly string[];
  readonly isShowable?: (text: string) => boolean;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Reads the YAML subset that pointsman's files use: one YAML 1.2 document without anchors, aliases,
 * merge keys, tags or repeated keys, of the shape that `validate` accepts. Nothing is thrown: what
 * is wrong comes back as problems of the rules `yaml`, `yaml-subset` and `schema`.
 *
 * @param mayRepeat the path of a map whose repeated keys are the caller's to report
 * @param isShowable whether a text of the file may stand in a message; others may be secrets
 */
export function readYamlDocument(
  file: string,
  text: string,
  validate: Validator,
  { mayRepeat = [], isShowable = () => true }: YamlOptions = {},
): YamlDocument {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems: Problem[] = [];
  const report = (rule: string, message: string, offset: number): void => {
    problems.push({ rule, message, file, ...at(offset), severity: "error" });
  };

  const doc = parse(text, lines);
  const placeOf = (path: readonly string[]): Place => at(offsetOf(doc?.contents ?? null, path, false));
  const unusable = { contents: null, data: null, problems, at, placeOf };
  if (doc === null) {
    report("yaml", tooDeep, 0);
    return unusable;
  }
  for (const { rule = "yaml", message, offset } of explainYamlErrors(doc, text, at, isShowable))
    report(rule, message, offset);
  if (problems.length > 0) return unusable;

  const version = doc.directives?.yaml;
  if (version?.explicit === true && version.version !== "1.2") {
    report("yaml-subset", `The file says it is YAML ${version.version}; only YAML 1.2 is read.`, 0);
  }
  reportSubset(doc, text, report, (mark) => (isShowable(mark) ? ` ${mark}` : ""));
  if (problems.length > 0) return unusable;

  const written = new Map<string, string>();
  const onRepeat: OnRepeat = (pair, first, path) => {
    if (path.join("\0") === mayRepeat.join("\0")) return;
    report(
      "duplicate-key",
      `${isShowable(keyOf(pair)) ? `"${printable(keyOf(pair))}"` : "This key"} stands here for a second time; the first is in line ${at(startOf(first)).line}.`,
      startOf(pair),
    );
  };
  const data = toPlain(doc.contents, [], onRepeat, written);
  if (!validate(data)) {
    const writtenAt = (path: readonly string[]): string => written.get(path.join("\0")) ?? "";
    for (const { path, onKey, message } of explainSchemaErrors(
      validate.errors ?? [],
      isShowable,
      writtenAt,
    )) {
      report("schema", message, offsetOf(doc.contents, path, onKey));
    }
  }
  return { contents: doc.contents, data, problems, at, placeOf };
}

/** The text of a map's key: keys that are not scalars have none that matters. */
export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

/** Where a pair's key starts in the text. */
export function startOf(pair: Pair): number {
  return isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
}

/** Far more brackets open at once than any file of ours has. */
const mostOpenBrackets = 1000;

/** The parser takes several hundred bytes for each bracket that is open: a megabyte of them fills a small machine. */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === "[" || bracket === "{" ? 1 : -1;
    if (open > mostOpenBrackets) return true;
  }
  return false;
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed | null {
  if (isTooDeep(text)) return null;
  try {
    // Not "silent": that would drop a second document without a word.
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  } catch (error) {
    // The parser recurses: a megabyte of "[" overflows its stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function reportSubset(
  doc: Document.Parsed,
  text: string,
  report: (rule: string, message: string, at: number) => void,
  shown: (mark: string) => string,
): void {
  const start = (node: Node): number => node.range?.[0] ?? 0;
  // What stands before a node is no part of it: only comments and white space are in between.
  const before = (node: Node, mark: string): number => Math.max(text.lastIndexOf(mark, start(node)), 0);
  visit(doc, {
    Alias: (_, node) =>
      report(
        "yaml-subset",
        `The alias${shown(`*${printable(node.source)}`)} is not taken: write the value out.`,
        start(node),
      ),
    Value: (_, node) => {
      if (node.anchor !== undefined) {
        report(
          "yaml-subset",
          `The anchor${shown(`&${printable(node.anchor)}`)} is not taken: write values out where they are used.`,
          before(node, `&${node.anchor}`),
        );
      } else if (node.tag !== undefined) {
        report(
          "yaml-subset",
          `The tag${shown(printable(node.tag.replace(/^tag:yaml.org,2002:/, "!!")))} is not taken: write a plain value.`,
          before(node, "!"),
        );
      }
    },
    Pair: (_, pair) => {
      if (!isScalar(pair.key))
        report(
          "yaml-subset",
          "A key must be plain text, not a list, a mapping or an alias.",
          isNode(pair.key) ? start(pair.key) : 0,
        );
      else if (pair.key.value === "<<")
        report("yaml-subset", "Merge keys (<<) are not taken: write the values out.", start(pair.key));
    },
  });
}

type OnRepeat = (pair: Pair, first: Pair, path: readonly string[]) => void;

/**
 * Plain data without prototypes, so that no key of a pull request means anything to JavaScript.
 * @param written is given what is no text as it stands in the file, by its path
 */
function toPlain(
  node: unknown,
  path: readonly string[],
  onRepeat: OnRepeat,
  written: Map<string, string>,
): unknown {
  if (isMap(node)) {
    const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const seen = new Map<string, Pair>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, pair);
      else onRepeat(pair, first, path);
      plain[key] = toPlain(pair.value, [...path, key], onRepeat, written);
    }
    return plain;
  }
  if (isSeq(node))
    return node.items.map((item, index) => toPlain(item, [...path, String(index)], onRepeat, written));
  if (!isScalar(node)) return null;
  if (typeof node.value !== "string") written.set(path.join("\0"), node.source ?? "");
  return node.value;
}

const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** The pairs of a map by their keys, of repeated ones the last: gathered once, since every problem asks for its place. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const pairs = known.get(map) ?? new Map(map.items.map((pair) => [keyOf(pair), pair]));
  known.set(map, pairs);
  return pairs;
}

function offsetOf(contents: Node | null, path: readonly string[], onKey: boolean): number {
  let node: unknown = contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      const pair = pairsOf(node).get(step);
      if (pair === undefined) return offset;
      offset = startOf(pair);
      if (isLast && onKey) return offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
    }
    // A value that is not there (`name:` and nothing) has no better place than its key.
    if (isNode(node) && !isAlias(node) && !(isScalar(node) && node.value === null))
      offset = node.range?.[0] ?? offset;
  }
  return offset;
}
