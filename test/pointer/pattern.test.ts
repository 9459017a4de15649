import fc from "fast-check";
import { expect, test } from "vitest";
import { fitsPattern } from "../../src/pointer/pattern.ts";

/** The meaning of a pattern, at a price that untrusted patterns must not be given. */
function fitsNaively(name: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`, "s").test(name);
}

test.each([
  ["research/*:stable", "research/gptneo:stable", true],
  ["research/*:stable", "research/gptneo:latest", false],
  ["*/*:*", "myuser/gptneo:latest", true],
  ["*", "myuser/gptneo:latest", false],
  ["*:latest", "myuser/gptneo:latest", false],
  ["myuser/gpt*neo:*", "myuser/gptneo:latest", true],
  ["myuser/gptneo", "myuser/gptneo:latest", false],
  ["myuser/gpt.eo:latest", "myuser/gptneo:latest", false],
  ["", "", true],
])("%s fits %s: %s", (pattern, name, expected) => {
  expect(fitsPattern(name, pattern)).toBe(expected);
});

test("a star stands for any run of characters but a slash, whatever surrounds it", () => {
  const text = fc.array(fc.constantFrom(..."ab/:*.".split("")), { maxLength: 10 }).map((all) => all.join(""));
  fc.assert(
    fc.property(text, text, (name, pattern) => {
      expect(fitsPattern(name, pattern)).toBe(fitsNaively(name, pattern));
    }),
    { numRuns: 20_000 },
  );
});

test("a pattern of stars comes to an end", () => {
  expect(fitsPattern(`${"a".repeat(512)}b`, `${"*a".repeat(250)}*c`)).toBe(false);
});
