import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "../../src/pointer/printable.ts";

test.each([
  ["plain", "plain"],
  ["\u001b[31mred", "\\u{1b}[31mred"],
  ["a\nb\tc", "a\\u{a}b\\u{9}c"],
  ["\u202egnp.exe", "\\u{202e}gnp.exe"],
  ["\u2028", "\\u{2028}"],
  ["grün 模型 🚀", "grün 模型 🚀"],
  ["::error::a ::b", "\\u{3a}:error::a ::b"],
  ["  ::add-mask::a", "  \\u{3a}:add-mask::a"],
  ["a ##[error]b", "a \\u{23}#[error]b"],
  ["a ##vso[task.prependpath]/b", "a \\u{23}#vso[task.prependpath]/b"],
  ["## a [b]", "## a [b]"],
  ["x".repeat(300), `${"x".repeat(200)}…`],
])("%j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test("what is printed is one line, and moves no cursor", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }),
  );
});
