import { expect, test } from "vitest";
import { conditionOf, etagOf } from "../../src/wire/etag.ts";

test("an ETag is the pointer's value, fit for a header whatever the id", () => {
  const of = (pipeline_id: string, locked = false) => etagOf({ pipeline_id, locked });
  expect(of("pipeline_abcd1234")).toBe('"pipeline_abcd1234"');
  expect(of("pipeline_abcd1234", true)).toBe('"pipeline_abcd1234;locked"');
  expect(of("a;locked")).not.toBe(of("a", true));
  for (const id of ['a"b', "a\nb", "Ω", "\udfff", ""]) expect(of(id)).toMatch(/^"[\x21\x23-\x7e]*"$/);
});

test.each([
  ['"a"', true],
  [' "b" ,"a"', true],
  ['W/"a", "a"', true],
  ["*", true],
  [" * ", true],
  ['W/"a"', false],
  ['"b", "c"', false],
  ["a", false],
  ['"a";', false],
  ['"a" "a"', false],
  ["", false],
])('If-Match: %s holds for "a": %s', (header, holds) => {
  expect(conditionOf({ "if-match": header })?.('"a"')).toBe(holds);
});

test.each(["*", '"a"'])("If-Match: %s does not hold where nothing is", (header) => {
  expect(conditionOf({ "if-match": header })?.(null)).toBe(false);
});

test.each([
  ['"a"', false],
  ['"b", W/"a"', false],
  ["*", false],
  ['"b"', true],
  ["a", true],
])('If-None-Match: %s holds for "a": %s', (header, holds) => {
  expect(conditionOf({ "if-none-match": header })?.('"a"')).toBe(holds);
  expect(conditionOf({ "if-none-match": header })?.(null)).toBe(true);
});
