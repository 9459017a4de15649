import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCanonical } from "../../src/pointer/parse-canonical.ts";
import { parseYaml } from "../../src/pointer/parse-yaml.ts";
import { nearlyCanonical } from "./nearly-canonical.arbitrary.ts";

/** LONG_RUNS=1000000 npx vitest run test/pointer/parse-canonical.test.ts */
const numRuns = Number(process.env["LONG_RUNS"] ?? 100_000);

describe("a file in the canonical form", () => {
  it(
    "means the same to the fast path as to the YAML parser, wherever the fast path takes it",
    () => {
      let taken = 0;
      fc.assert(
        fc.property(nearlyCanonical, (text) => {
          const fast = parseCanonical("f.yaml", text);
          if (fast === null) return;
          taken += 1;
          expect({ declarations: fast, problems: [] }).toEqual(parseYaml("f.yaml", text));
        }),
        { numRuns },
      );
      // A path that takes nothing would agree with everything.
      expect(taken).toBeGreaterThan(numRuns / 5);
    },
    10_000 + numRuns * 10,
  );

  it("is taken by the fast path, comments and long forms too", () => {
    const text = `# head\npointers:\n  a/b:cc: a/b:v1 # why\n\n  # mine\n  a/b:dd:\n    target: pipeline_abcd1234\n    locked: true\n    description: Frozen for the Q3 audit.\n`;
    expect(
      parseCanonical("f.yaml", text)?.map(({ pointer, target, locked }) => [pointer, target, locked]),
    ).toEqual([
      ["a/b:cc", "a/b:v1", false],
      ["a/b:dd", "pipeline_abcd1234", true],
    ]);
  });

  it.each([
    "",
    "pointers:\n",
    "pointers:\n  a/b:cc: x_y\n  a/b:cc: y_z\n",
    "pointers:\n  a/b:dd: x_y\n  a/b:cc: x_y\n  a/b:dd: y_z\n",
    "pointers:\n  a/b:cc: 12\n",
    "pointers:\n  a/b:cc: x_\n",
    "pointers:\n  a/b:cc: x_y_\n",
    "pointers:\n  a/b:cc: _y\n",
    "pointers:\r\n  a/b:cc: a/b:v1\r\n",
    "pointers:\n  a/b:cc: x_y # c\r  a/b:dd: x_y\n",
    "pointers:\n  # c\u2028  a/b:cc: x_y\n  a/b:dd: x_y\n",
    "pointers:\n  # c\u2029  a/b:cc: x_y\n  a/b:dd: x_y\n",
    ...["true", "null", "No: 1", "a #b", "ends:", "ends in a space "].map(
      (words) => `pointers:\n  a/b:cc:\n    target: x_y\n    description: ${words}\n`,
    ),
    "pointers:\n  a/b:cc:\n    locked: true\n  a/b:dd: x_y\n",
    "pointers:\n  a/b:cc:\n    target: x_y\n    target: y_z\n",
    "pointers:\n  a/b:cc:\n    target: x_y\n    locked: true\n    locked: false\n",
    `pointers:\n  ${"a".repeat(510)}/b:cc: x_y\n`,
  ])("is not what %j is", (text) => {
    expect(parseCanonical("f.yaml", text)).toBeNull();
  });
});
