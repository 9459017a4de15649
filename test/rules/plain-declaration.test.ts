import fc from "fast-check";
import { expect, it } from "vitest";
import type { Declaration, Desired } from "../../src/model/pointer.ts";
import { fitsPattern } from "../../src/pointer/pattern.ts";
import { checkDesired, rulesOfOne } from "../../src/rules/check.ts";
import { isPlain } from "../../src/rules/plain-declaration.ts";

const names = `a/b:latest a/b:prod a/b:v3 a/b:v0 a/b:v03 a/b:x a/b:x.v1 a/b:v1- A/b:cc a/b/c:dd /: a:bb
  other/b:cc a/b:cc:dd plain a/b:${"t".repeat(128)} a/b:${"t".repeat(129)}`.split(/\s+/);
const name = fc.constantFrom(...names, "");
const id = fc.constantFrom(
  "pipeline_1",
  "x",
  "two words",
  "\u200b",
  "ü",
  "a\nb",
  "i".repeat(257),
  "~",
  "a:b",
);
const declaration = fc.record({
  pointer: name,
  target: fc.oneof(name, id),
  locked: fc.boolean(),
  line: fc.nat(50),
});

function desiredOf(
  entries: readonly { pointer: string; target: string; locked: boolean; line: number }[],
): Desired {
  const place = { file: "pointers/a/b.yaml", column: 3, targetColumn: 20 };
  const declarations: Declaration[] = entries.map(({ line, ...entry }) => ({
    ...entry,
    ...place,
    line,
    targetLine: line,
  }));
  return {
    commit: null,
    declarations,
    pointers: new Map(declarations.toReversed().map((one) => [one.pointer, one])),
    isExternal: (pointer) => fitsPattern(pointer, "other/*:*"),
    root: "",
    unreadable: [],
  };
}

it("no rule finds anything wrong with a declaration that is taken for plain", () => {
  fc.assert(
    fc.property(fc.array(declaration, { minLength: 1, maxLength: 6 }), (entries) => {
      const desired = desiredOf(entries);
      const plain = desired.declarations.filter((one) => isPlain(one, desired));
      expect(rulesOfOne.flatMap((rule) => rule({ ...desired, declarations: plain }))).toEqual([]);
      const all = rulesOfOne.flatMap((rule) => rule(desired));
      expect(checkDesired(desired)).toEqual(expect.arrayContaining(all));
    }),
    { numRuns: 2000 },
  );
});

it("what most repositories declare is plain", () => {
  const entries = [
    { pointer: "a/b:latest", target: "a/b:v3", locked: true, line: 1 },
    { pointer: "a/b:prod", target: "a/b:latest", locked: false, line: 2 },
    { pointer: "a/b:stable", target: "pipeline_abcd-1234", locked: true, line: 3 },
  ];
  const desired = desiredOf(entries);
  expect(desired.declarations.every((one) => isPlain(one, desired))).toBe(true);
});
