import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/model/problem.ts";
import { parsePointerFile } from "../../src/pointer/parse-pointer-file.ts";
import { readDesired } from "../../src/pointer/read-desired.ts";
import { checkDesired } from "../../src/rules/check.ts";
import { growth, outOfProportion } from "../growth.ts";
import { sampleFile } from "./pointer-file.arbitrary.ts";

const file = "pointers/myuser/gptneo.yaml";

function messages(text: string): string[] {
  return parsePointerFile(file, text).problems.map(
    ({ rule, line, column, message }) => `${line}:${column} ${rule} ${message}`,
  );
}

/** Whether every problem has a place, ends, and moves no cursor with what a pull request wrote. */
function areShowable(problems: readonly Problem[]): boolean {
  return problems.every(
    ({ line, column, message }) =>
      line >= 1 && column >= 1 && /^[^\p{Cc}\p{Cf}\u2028\u2029]{1,1000}$/u.test(message),
  );
}

/** Pieces that YAML gives a meaning, in any order. */
const nearYaml = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."pointers:|\n|\n  |    |\t|: |- |? |# |&a |*a|<<: |!!str |!<x> |---\n|...\n|%YAML 1.1\n|{|}|[|]|,|\"|'|>-\n|\r\n|\ufeff|\u001b[31m|\u0000|\u2028|__proto__|constructor|a/b:latest|target|locked: true|description: |2026-11-01T\u001b[0m|true|0x1f|~".split(
          "|",
        ),
      ),
      fc.string({ maxLength: 4, unit: "binary" }),
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(""));

describe("parsePointerFile", () => {
  test("finds in any file that people write what it declares, at its place", () => {
    fc.assert(
      fc.property(sampleFile, ({ text, entries }) => {
        const { declarations, problems } = parsePointerFile(file, text);
        expect(problems).toEqual([]);
        expect(declarations.map(({ pointer, target, locked }) => ({ pointer, target, locked }))).toEqual(
          entries.map(({ pointer, target, locked }) => ({ pointer, target, locked })),
        );
        expect(declarations.map(({ description }) => description)).toEqual(
          entries.map(({ description }) => description),
        );
        const lines = text.split(/\r?\n/);
        for (const { pointer, target, line, column, targetLine, targetColumn } of declarations) {
          expect(lines[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^["']?${pointer}["']?:`));
          const shown = lines[targetLine - 1]?.slice(targetColumn - 1) ?? "";
          expect(shown.replace(/^["']/, "").startsWith(target)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("never throws, whatever the text; every problem has a place and can be shown", () => {
    fc.assert(
      fc.property(fc.oneof(nearYaml, fc.string({ unit: "binary" })), (text) => {
        expect(areShowable(parsePointerFile(file, text).problems)).toBe(true);
        expect(areShowable(parsePointerFile(file, `pointers:\n  ${text}`).problems)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  test.each([
    ["a number", "12345678", "must be text, not a number (12345678)"],
    [
      "a number in another base",
      "0x1f",
      'not a number (0x1f). If that is the target, write it in quotes: "0x1f"',
    ],
    ["a number with digits that say nothing", "1.10", 'write it in quotes: "1.10"'],
    ["a number with more digits than one keeps", "12345678901234567891", 'quotes: "12345678901234567891"'],
    ["a truth value", "true", "must be text, not a boolean (true)"],
    ["a date to some readers", "2026-11-01", 'write it in quotes: "2026-11-01"'],
    ["a truth value to some readers", "yes", 'write it in quotes: "yes"'],
    ["a number of base 60 to some readers", "12:30", 'write it in quotes: "12:30"'],
  ])("does not guess what a target is that is %s", (_, target, says) => {
    expect(messages(`pointers:\n  a/b:latest: ${target}\n`)).toEqual([expect.stringContaining(says)]);
    expect(messages(`pointers:\n  a/b:latest: "${target}"\n`)).toEqual([]);
  });

  test.each([
    ["a byte order mark", "\ufeffpointers:\n  a/b:latest: c_1\n"],
    ["CRLF line ends", "pointers:\r\n  a/b:latest: c_1\r\n"],
    ["no line end", "pointers:\n  a/b:latest: c_1"],
    ["JSON, which is YAML", '{"pointers": {"a/b:latest": "c_1"}}'],
    ["a document start", "---\npointers:\n  a/b:latest: c_1\n...\n"],
    ["YAML 1.2 by name", "%YAML 1.2\n---\npointers:\n  a/b:latest: c_1\n"],
  ])("takes %s", (_, text) => {
    const { declarations, problems } = parsePointerFile(file, text.replace("\ufeff", ""));
    expect(problems).toEqual([]);
    expect(declarations.map(({ pointer, target }) => [pointer, target])).toEqual([["a/b:latest", "c_1"]]);
  });

  const spaceMissing = 'A space is missing after the colon, as in "name: target".';
  const comma = 'A comma is missing between the brackets, or a text with ": " in it needs quotes around it.';
  test.each([
    [
      "a space too many",
      "  a/b:aa: c_1\n   a/b:bb: c_2\n",
      "3:4 yaml This line is indented further than the one above it.",
    ],
    [
      "a space too many, an empty line before it",
      "  a/b:aa: c_1\r\n\r\n   a/b:bb: c_2\r\n",
      "4:4 yaml This line is indented further than the one above it.",
    ],
    [
      "a field too far in",
      "  a/b:aa:\n    target: c_1\n     locked: true\n",
      "4:6 yaml This line is indented further than the one above it.",
    ],
    ["a colon in a text", "  a/b:aa: c_1: c_2\n", '2:11 yaml A text with ": " in it needs quotes around it.'],
    [
      "a brace that stays open at the end",
      "  a/b:aa: {target: c_1, locked: true\n",
      "2:11 yaml The { that opens here is not closed.",
    ],
    [
      "a brace that stays open",
      "  a/b:aa: {target: c_1\n\n  a/b:bb: c_2\n",
      "2:11 yaml The { that opens here is not closed.",
    ],
    ["a bracket that stays open", "  a/b:aa: [\n", "2:11 yaml The [ that opens here is not closed."],
    [
      "a brace around one that is closed",
      "  a/b:aa: {target: {a: b}",
      "2:11 yaml The { that opens here is not closed.",
    ],
    [
      "a brace in one that is closed",
      "  a/b:aa: {target: [c_1, locked: true}\n",
      "2:20 yaml The [ that opens here is not closed.",
    ],
    ["a comma too few", "  a/b:aa: {target: c_1 locked: true}\n", `2:20 yaml ${comma}`],
    ["a comma too few behind quotes", '  a/b:aa: {target: "c_1" locked: true}\n', `2:20 yaml ${comma}`],
    ["no space after the colon", "  a/b:aa:c/d:v1\n", `2:3 schema ${spaceMissing}`],
    ["no space after the last colon", "  a/b:aa: c_1\n  a/b:bb:c/d:v1\n", `3:3 yaml ${spaceMissing}`],
    [
      "no space after a colon between others",
      "  a/b:aa: c_1\n\n  a/b:bb:c/d:v1\n\n  a/b:cc: c_1\n",
      `4:3 yaml ${spaceMissing}`,
    ],
    [
      "no space after a field's colon",
      "  a/b:aa:\n    target:c_1\n    locked: true\n",
      `3:5 yaml ${spaceMissing}`,
    ],
    ["no space in braces", "  a/b:aa: {target: c_1, locked:true}\n", `2:25 schema ${spaceMissing}`],
    [
      "a second document",
      "  a/b:aa: c_1\n---\npointers: {}\n",
      "3:1 yaml-subset A second YAML document starts here; a file holds one.",
    ],
  ])("points at the mistake where it is %s", (_, entries, says) => {
    expect(messages(`pointers:${entries.includes("\r") ? "\r" : ""}\n${entries}`)).toEqual([says]);
  });

  test("knows no key of JavaScript's own objects", () => {
    expect(messages("pointers:\n  a/b:latest:\n    target: c_1\n    __proto__: {locked: true}\n")).toEqual([
      '4:5 schema Unknown key "__proto__"; known here: target, locked, description.',
    ]);
    expect(messages("__proto__: 1\npointers:\n  a/b:latest: c_1\n")).toEqual([
      '1:1 schema Unknown key "__proto__"; known here: pointers.',
    ]);
    const { declarations } = parsePointerFile(file, "pointers:\n  __proto__: c_1\n  constructor: c_2\n");
    expect(declarations.map(({ pointer }) => pointer)).toEqual(["__proto__", "constructor"]);
  });

  test("reads a description that YAML takes for no text as a problem, however the file is written", () => {
    for (const value of ["true", "null", "Null", "1e3", "False"]) {
      expect(messages(`pointers:\n  a/b:latest:\n    target: c_1\n    description: ${value}\n`)).toHaveLength(
        1,
      );
    }
  });

  test("gives the good entries of a file with a bad one, so that all problems are found at once", () => {
    const { declarations, problems } = parsePointerFile(
      file,
      "pointers:\n  a/b:latest: 1\n  a/b:stable: c_1\n  a/b:prod:\n",
    );
    expect(declarations.map(({ pointer }) => pointer)).toEqual(["a/b:stable"]);
    expect(problems.map(({ line }) => line)).toEqual([2, 4]);
  });

  test.each([
    ["nested deeply", (n: number) => `pointers: ${"[".repeat(n)}`],
    ["nested deeply in maps", (n: number) => `pointers: ${"{a: ".repeat(n)}`],
    [
      "an alias bomb",
      (n: number) =>
        `a: &a [x, x]\n${Array.from({ length: n / 500 }, (_, i) => `a${i}: &a${i} [*a${i === 0 ? "" : i - 1}, *a${i === 0 ? "" : i - 1}]\n`).join("")}`,
    ],
    ["one long line", (n: number) => `pointers: "${"x".repeat(4 * n)}`],
    ["many mistakes", (n: number) => "a: b: c\n".repeat(n / 5)],
  ])("takes as long for a file that is %s as it is large, and says something", (_, text) => {
    const parse = (size: number) => parsePointerFile(file, text(size)).problems;
    expect(growth(parse, 10_000)).toBeLessThan(outOfProportion);
    const problems = parse(200_000);
    expect(problems.length).toBeGreaterThan(0);
    expect(areShowable(problems)).toBe(true);
  });

  test.each([
    ["targets that are none", "1"],
    ["fields that nobody knows", "{a: 1}"],
    ["locks that are none", "{target: a, locked: 1}"],
  ])("takes as long for %s as there are of them", (_, value) => {
    const parse = (size: number) => {
      const entries = Array.from({ length: size }, (_all, at) => `  myuser/gptneo:t${at}: ${value}\n`);
      const { problems } = parsePointerFile(file, `pointers:\n${entries.join("")}`);
      expect(problems.length).toBeGreaterThanOrEqual(size);
    };
    expect(growth(parse, 1000)).toBeLessThan(outOfProportion);
  });
});

describe("readDesired", () => {
  const path = fc.oneof(
    fc.constantFrom("pointers/a/b.yaml", "pointers/A/b.yaml", "pointers/a/b/latest.yaml", "pointers/c.yml"),
    fc.string({ unit: "binary", maxLength: 8 }).map((name) => `pointers/${name}.yaml`),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    nearYaml.map((text) => new TextEncoder().encode(text)),
    nearYaml.map((text) =>
      new TextEncoder().encode(`pointers:\n  a/b:latest: ${text}\n  ${text}: a/b:latest\n`),
    ),
    fc.constant(null),
  );
  const files = fc.array(
    fc.record({
      path,
      kind: fc.constantFrom("file" as const, "symlink" as const, "submodule" as const),
      bytes,
    }),
    { maxLength: 5 },
  );

  test("and the rules never throw, whatever the bytes; every problem has a place and can be shown", () => {
    fc.assert(
      fc.property(files, (some) => {
        const options = { commit: null, root: "", isExternal: () => false };
        const { desired, problems } = readDesired(some, options);
        expect(areShowable([...problems, ...checkDesired(desired, desired.pointers)])).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["is declared again and again", () => "a/b:cc: dd"],
    ["dangles, as the others do", (at: number) => `a/b:t${at}: a/b:gone-${at}`],
  ])("and the rules take as long as the file is large where each pointer %s", (_, entry) => {
    const judge = (size: number): void => {
      const text = `pointers:\n${Array.from({ length: size }, (_all, at) => `  ${entry(at)}\n`).join("")}`;
      const some = [
        { path: "pointers/a/b.yaml", kind: "file" as const, bytes: new TextEncoder().encode(text) },
      ];
      const { desired } = readDesired(some, { commit: null, root: "", isExternal: () => false });
      expect(checkDesired(desired).length).toBeGreaterThanOrEqual(size - 1);
    };
    expect(growth(judge, 1500)).toBeLessThan(outOfProportion);
  });
});
