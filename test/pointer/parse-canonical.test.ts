import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCanonical } from "../../src/pointer/parse-canonical.ts";
import { parseYaml } from "../../src/pointer/parse-yaml.ts";

/** Lines that are canonical, nearly so, or not at all, so that files on the border are made. */
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "  a/b:cc: a/b:v1",
      "  a/b:dd: pipeline_x1",
      "  a/b:ee:",
      "    target: a/b:v2",
    ),
  },
  fc.constantFrom(
    "    locked: true",
    "    locked: false",
    "    description: Frozen for the audit.",
    "",
    "# c",
    "  # d",
  ),
  fc.constantFrom(
    "  a/b:ff: a/b:v1 # why",
    "  a/b:gg: a/b:v1 #",
    "  a/b:hh: a/b:v1#x",
    "  a/b:ii:  a/b:v1",
    "  a/b:jj: a/b:v1 ",
  ),
  fc.constantFrom(
    "  a/b:kk: 12",
    "  a/b:ll: 'a/b:v1'",
    "  a/b:mm: null",
    "  a/b:nn: x_",
    "    more words",
    "\t# t",
    "pointers:",
  ),
  fc.constantFrom(
    "    description: a: b",
    "    description: x # y",
    "    locked: yes",
    "   target: a/b:v1",
    "---",
    "...",
    "  ? a",
    "\r",
  ),
  fc.string({ maxLength: 12 }).map((text) => `  a/b:oo: ${text}`),
  fc.string({ maxLength: 12 }),
);
const file = fc.array(line, { maxLength: 12 }).map((lines) => ["pointers:", ...lines, ""].join("\n"));

describe("a file in the canonical form", () => {
  it("means the same to the fast path as to the YAML parser, wherever the fast path takes it", () => {
    fc.assert(
      fc.property(file, (text) => {
        const fast = parseCanonical("f.yaml", text);
        fc.pre(fast !== null);
        expect({ declarations: fast, problems: [] }).toEqual(parseYaml("f.yaml", text));
      }),
      { numRuns: 3000, maxSkipsPerRun: 1000 },
    );
  });

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
    "pointers:\n  a/b:cc: x\n  a/b:cc: y_z\n",
    "pointers:\n  a/b:cc: 12\n",
    "pointers:\r\n  a/b:cc: a/b:v1\r\n",
  ])("is not what %j is", (text) => {
    expect(parseCanonical("f.yaml", text)).toBeNull();
  });
});
