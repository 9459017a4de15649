import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRef } from "../../src/git/ref-syntax.ts";

describe("a ref", () => {
  it.each([
    ["main", "main", []],
    ["@", "HEAD", []],
    ["HEAD~", "HEAD", [{ parent: 1, times: 1 }]],
    ["HEAD~3", "HEAD", [{ parent: 1, times: 3 }]],
    [
      "feature/x^2~1",
      "feature/x",
      [
        { parent: 2, times: 1 },
        { parent: 1, times: 1 },
      ],
    ],
    ["v1.0^0", "v1.0", []],
    ["release-2", "release-2", []],
  ])("%s is a name and a way back from it", (ref, name, steps) => {
    expect(readRef(ref)).toEqual({ name, steps });
  });

  it.each([
    "",
    "-x",
    "--all",
    "a b",
    "a:b",
    "a..b",
    "a...b",
    "a\nb",
    "a*",
    "a[b",
    "a\\b",
    "^a",
    "~1",
    "a^{tree}",
    "a~x",
  ])("%j is none", (ref) => {
    expect(() => readRef(ref)).toThrow(expect.objectContaining({ code: "ref-unknown" }));
  });

  it("never reads as an option, a range or a path, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        let name: string;
        try {
          ({ name } = readRef(text));
        } catch (error) {
          expect(error).toMatchObject({ code: "ref-unknown" });
          return;
        }
        expect(name).not.toMatch(/^-|[\s:\\^~?*[]|\.\.|^$/);
      }),
    );
  });
});
