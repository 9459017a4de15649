import { type CST, Parser, Scalar, isMap, isScalar, parseDocument } from "yaml";
import { PointsmanError } from "../errors.ts";
import { parseCanonical } from "./parse-canonical.ts";
import { parsePointerFile } from "./parse-pointer-file.ts";
import { isAmbiguousPlain } from "./parse-yaml.ts";
import { keyOf } from "./yaml-document.ts";

/** Short forms, a blank line between them, and nothing else: what most files are, and need no YAML parser to stay. */
const isPlainlyCanonical = /^pointers:\n {2}\S+: \S+\n(?:\n {2}\S+: \S+\n)*$/;

/**
 * A pointer file's text in the canonical form: block style, two spaces, a blank line between
 * entries, plain names and targets, LF, no byte order mark. Comments and order stay, and so does CRLF where all
 * lines end so: git checks files out like that. The blank line is what lets git merge two pull requests that move
 * neighbouring pointers.
 * @throws PointsmanError `file-invalid` where it has problems, or where that would lose something
 */
export function formatPointerFile(file: string, text: string): string {
  if (isPlainlyCanonical.test(text) && parseCanonical(file, text) !== null) return text;
  const source = text.replaceAll("\r\n", "\n");
  const [problem] = parsePointerFile(file, source).problems;
  if (problem !== undefined) {
    throw new PointsmanError(
      "file-invalid",
      `${file}:${problem.line}:${problem.column} cannot be formatted: ${problem.message}`,
    );
  }
  const doc = parseDocument(source, { uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  const root = doc.contents;
  if (!isMap(root)) throw new PointsmanError("file-invalid", `${file} holds no mapping of pointers.`);
  root.flow = false;
  const pointers = root.items.find((pair) => keyOf(pair) === "pointers")?.value;
  if (isMap(pointers)) {
    pointers.flow = pointers.items.length === 0;
    for (const [index, pair] of pointers.items.entries()) {
      plain(pair.key);
      if (isScalar(pair.key)) pair.key.spaceBefore = index > 0;
      if (isMap(pair.value)) {
        pair.value.flow = false;
        for (const field of pair.value.items) {
          if (keyOf(field) === "target") plain(field.value);
          if (isScalar(field.key)) delete field.key.spaceBefore;
        }
      } else plain(pair.value);
    }
  }
  const written = doc.toString({ lineWidth: 0, indent: 2 });
  // A comment below a long form keeps the blank lines behind it, and the next entry brings its own.
  const tidy = written.replace(/\n{3,}(?= {2}\S)/g, "\n\n").replace(/\n+$/, "\n");
  const formatted = contentOf(file, tidy) === contentOf(file, written) ? tidy : written;
  if (contentOf(file, source) !== contentOf(file, formatted)) {
    throw new PointsmanError(
      "file-invalid",
      `${file} cannot be formatted without changing what it says or losing a comment.`,
      {
        hint: "Comments between a key and its value are hard to keep: put them on lines of their own.",
      },
    );
  }
  return isAllCrlf(text) ? formatted.replaceAll("\n", "\r\n") : formatted;
}

function isAllCrlf(text: string): boolean {
  return text.includes("\r\n") && !/(?<!\r)\n/.test(text);
}

function plain(node: unknown): void {
  if (isScalar(node) && typeof node.value === "string" && !isAmbiguousPlain(node.value))
    node.type = Scalar.PLAIN;
}

/** All that must survive: declarations with their descriptions, and comments, each in order. */
function contentOf(file: string, text: string): string {
  const { declarations } = parsePointerFile(file, text);
  return JSON.stringify([
    declarations.map(({ pointer, target, locked, description }) => [pointer, target, locked, description]),
    commentsOf(text),
  ]);
}

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === "object" && value !== null) {
      const token = value as CST.Token;
      if (token.type === "comment") comments.push(token.source.trimEnd());
      else Object.values(value).forEach(collect);
    }
  };
  for (const token of new Parser().parse(text)) collect(token);
  return comments;
}
