import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainName } from "../../src/pointer/explain-name.ts";
import { familyOf, isPointerName, isReserved, isVersionPointer, tagOf } from "../../src/pointer/name.ts";
import { targetKind } from "../../src/pointer/target.ts";

// The official client's own checks, as api-v4.md quotes them: on create in its library, and in its console.
const library = /^[a-zA-Z0-9][a-zA-Z0-9-._/]*[a-zA-Z0-9]:[0-9A-Za-z][0-9A-Za-z-_.]{0,127}[0-9A-Za-z]$/;
const consoleOnCreate = /^[a-z0-9][a-z0-9-._/]*[a-z0-9]:[0-9A-Za-z_][0-9A-Za-z-_.]{0,127}$/;

/** The contract's grammar in other words than name.ts has it. No name is longer than 512. */
function isNameByContract(text: string): boolean {
  const parts = text.split(":")[0]?.split("/") ?? [];
  return (
    library.test(text) &&
    consoleOnCreate.test(text) &&
    parts.length === 2 &&
    parts.every((part) => /^[a-z0-9]/.test(part) && /[a-z0-9]$/.test(part)) &&
    text.length <= 512
  );
}

const edge = fc.constantFrom(..."az09AZ.-_/:v ".split(""));
const part = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,6}[a-z0-9])?$/);
const tag = fc.oneof(
  fc.stringMatching(/^[0-9A-Za-z][0-9A-Za-z._-]{0,6}[0-9A-Za-z]$/),
  fc.stringMatching(/^v[0-9]{1,3}$/),
  fc.integer({ min: 125, max: 131 }).map((length) => "x".repeat(length)),
);
const name = fc.tuple(part, part, tag).map(([user, pipeline, its]) => `${user}/${pipeline}:${its}`);
/** A name with one character changed, taken out or put in. */
const nearName = fc
  .tuple(name, fc.nat(), edge, fc.constantFrom(0, 1), fc.boolean())
  .map(([text, at, character, taken, isPut]) => {
    const index = at % (text.length + 1);
    return `${text.slice(0, index)}${isPut ? character : ""}${text.slice(index + taken)}`;
  });
const anyText = fc.oneof(
  name,
  nearName,
  fc.array(edge, { maxLength: 12 }).map((characters) => characters.join("")),
  fc.string({ unit: "binary" }),
  name.map((text) => `${text}\n`),
  name.map((text) => `${"a".repeat(500)}${text}`),
);

describe("a pointer's name", () => {
  test("is what both of the official client's checks take, with one slash and whole parts; and nothing else", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isPointerName(text)).toBe(isNameByContract(text));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ["myuser/gptneo:latest", true],
    ["a/b:cd", true],
    ["my.user/gpt-neo_2:V1.0-rc", true],
    ["myuser/gptneo:v1", true],
    [`a/b:${"x".repeat(128)}`, true],
    [`a/b:${"x".repeat(129)}`, false],
    ["a/b:c", false],
    ["a/b:_c", false],
    ["a/b:c_", false],
    ["a/b:", false],
    ["a/b", false],
    ["b:latest", false],
    ["a/b/c:latest", false],
    ["a//b:latest", false],
    ["/b:latest", false],
    ["a/:latest", false],
    ["a-/b:latest", false],
    ["a/.b:latest", false],
    ["A/b:latest", false],
    ["a/b:la/test", false],
    ["a/b:latest:x", false],
    ["a/b:latest\n", false],
    ["a/b:grün", false],
    ["", false],
  ])("%j: %s", (text, expected) => {
    expect(isPointerName(text)).toBe(expected);
  });

  test("that is none is always explained, in one line without control characters", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (isPointerName(text)) return;
        expect(explainName(text)).toMatch(/^[^\p{Cc}]+[.?]$/u);
      }),
      { numRuns: 2000 },
    );
  });

  test("is explained with the name it may have meant", () => {
    expect(explainName(" MyUser/GPTneo:latest")).toContain("did you mean myuser/gptneo:latest?");
    expect(explainName("myuser/gptneo")).toContain("it has no tag");
  });

  test("is its family and its tag", () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(`${familyOf(text)}:${tagOf(text)}`).toBe(text);
      }),
    );
  });
});

test("the schema that editors use takes the names that can be declared, and no others", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../schemas/pointers.schema.json", import.meta.url), "utf8"),
  ) as object;
  const validate = new Ajv2020().compile(schema);
  fc.assert(
    fc.property(anyText, (text) => {
      const canBeDeclared = isPointerName(text) && !isReserved(text);
      const pointers = Object.fromEntries([[text, "pipeline_abcd1234"]]);
      expect(validate({ pointers })).toBe(canBeDeclared);
    }),
    { numRuns: 3000 },
  );
});

describe("reserved tags", () => {
  test.each([
    ["a/b:v1", true, true],
    ["a/b:v10", true, true],
    ["a/b:v0", true, false],
    ["a/b:v01", true, false],
    ["a/b:V1", false, false],
    ["a/b:v1a", false, false],
    ["a/b:v1.0", false, false],
    ["a/b:xv1", false, false],
  ])("%s is reserved: %s, and a version: %s", (text, reserved, version) => {
    expect([isReserved(text), isVersionPointer(text)]).toEqual([reserved, version]);
  });
});

describe("a target is", () => {
  test.each([
    ["pipeline_abcd1234", "id"],
    ["12345678", "id"],
    ["latest", "id"],
    ["myuser/gptneo:v3", "version"],
    ["myuser/gptneo:v03", "invalid"],
    ["myuser/gptneo:v0", "invalid"],
    ["myuser/gptneo:stable", "pointer"],
    ["myuser/gptneo", "invalid"],
    ["gptneo:stable", "invalid"],
    ["two words", "invalid"],
    ["pipeline_\u001b[31m", "invalid"],
    ["pipeline_\u202e", "invalid"],
    ["x".repeat(257), "invalid"],
    ["", "invalid"],
  ])("%j: %s", (text, kind) => {
    expect(targetKind(text)).toBe(kind);
  });

  test("always exactly one of the four; with a slash or a colon never an id", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const kind = targetKind(text);
        expect(["id", "version", "pointer", "invalid"]).toContain(kind);
        if (/[/:]/.test(text)) expect(kind).not.toBe("id");
        if (kind === "version" || kind === "pointer") expect(isPointerName(text)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
