import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonText } from "../../src/render/json.ts";
import { untrusted } from "./untrusted.ts";

test("JSON means the same to programs, and nothing to a terminal or a CI's log", () => {
  fc.assert(
    fc.property(fc.array(untrusted), (texts) => {
      const json = jsonText(texts);
      expect(JSON.parse(json)).toEqual(texts);
      expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]|##\w*\[/u);
    }),
  );
});

test("what it escapes beyond the plane that JSON knows is two escapes", () => {
  expect(jsonText("\u{e0001}")).toBe('"\\udb40\\udc01"\n');
});
