import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { PointsmanError } from "../../src/errors.ts";
import { formatPointerFile } from "../../src/pointer/format-pointer-file.ts";
import { parsePointerFile } from "../../src/pointer/parse-pointer-file.ts";
import { commentsIn, sampleFile } from "./pointer-file.arbitrary.ts";

const file = "pointers/myuser/gptneo.yaml";

function declared(text: string): unknown[] {
  return parsePointerFile(file, text).declarations.map(({ pointer, target, locked, description }) =>
    description === undefined ? { pointer, target, locked } : { pointer, target, locked, description },
  );
}

describe("formatPointerFile, on any file that people write", () => {
  test("says the same, every comment kept, and formatting again changes nothing", () => {
    fc.assert(
      fc.property(sampleFile, ({ text }) => {
        const formatted = formatPointerFile(file, text);
        expect(declared(formatted)).toEqual(declared(text));
        expect(commentsIn(formatted)).toEqual(commentsIn(text));
        expect(formatPointerFile(file, formatted)).toBe(formatted);
      }),
      { numRuns: 400 },
    );
  });

  test("keeps the line ends, writes a blank line between entries, and one line end at the end", () => {
    fc.assert(
      fc.property(sampleFile, ({ text, entries }) => {
        const written = formatPointerFile(file, text);
        expect(written.includes("\r")).toBe(text.includes("\r\n"));
        const formatted = written.includes("\r") ? written.replaceAll("\r\n", "\n") : written;
        expect(formatted).not.toContain("\r");
        expect(formatted).toMatch(/[^\n]\n$/);
        // The blank line stands before an entry, or before the comments that stand above it.
        const blanks = formatted.split("\n").filter((line) => line === "").length - 1;
        expect(blanks).toBeGreaterThanOrEqual(entries.length - 1);
      }),
    );
  });
});

test("of short forms in the canonical form, is the text itself, which is what YAML would write", () => {
  const target = fc.constantFrom(
    "myuser/gptneo:v3",
    "other/whisper:on",
    "pipeline_0x1f",
    `a${"b".repeat(200)}_1`,
  );
  const tag = fc.constantFrom("latest", "on", "1.0", "00", "x_y-z", "t".repeat(128));
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ tag, target }), { selector: (entry) => entry.tag, minLength: 1 }),
      (all) => {
        const lines = all.map((entry) => `  myuser/gptneo:${entry.tag}: ${entry.target}\n`);
        const text = `pointers:\n${lines.join("\n")}`;
        expect(formatPointerFile(file, text)).toBe(text);
        expect(parseDocument(text).toString({ lineWidth: 0, indent: 2 })).toBe(text);
      },
    ),
  );
});

test("the canonical form", () => {
  const source = [
    "\ufeff# The help centre's model.",
    "pointers:",
    "    'myuser/gptneo:latest':   \"myuser/gptneo:v3\"   # newest",
    "    # what customers get",
    '    "myuser/gptneo:prod": myuser/gptneo:stable',
    '    myuser/gptneo:stable: {target: "12345678", locked: true}',
    "",
  ];
  const canonical = [
    "# The help centre's model.",
    "pointers:",
    "  myuser/gptneo:latest: myuser/gptneo:v3 # newest",
    "",
    "  # what customers get",
    "  myuser/gptneo:prod: myuser/gptneo:stable",
    "",
    "  myuser/gptneo:stable:",
    '    target: "12345678"',
    "    locked: true",
    "",
  ];
  // A checkout may have CRLF: that stays, where all lines have it.
  for (const end of ["\n", "\r\n"])
    expect(formatPointerFile(file, source.join(end))).toBe(canonical.join(end));
  const mixed = source.join("\r\n").replace("\r\n", "\n");
  expect(formatPointerFile(file, mixed)).toBe(canonical.join("\n"));
});

test.each([
  ["no mapping", "- a\n"],
  ["nothing", ""],
  ["two documents", "pointers:\n  a/b:latest: c\n---\npointers:\n  a/b:stable: c\n"],
  ["no YAML", "pointers:\n\ta/b:latest: c\n"],
  ["an alias", "pointers:\n  a/b:latest: &c c\n  a/b:stable: *c\n"],
])("refuses a file that holds %s", (_, text) => {
  expect(() => formatPointerFile(file, text)).toThrow(PointsmanError);
});
