import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse-config.ts";
import { plainConfig } from "../../src/config/plain-config.ts";

const scalar = fc.constantFrom(
  ..."main master feature/x release-1.2 1 2 01 0x1 1e3 true no Null ~ ~x y https://x.example http://x:8080/a/ HTTPS://x".split(
    " ",
  ),
  "${POINTSMAN_TOKEN}",
  "${POINTSMAN_TOKEN_EU}",
  "${OTHER}",
  "'main'",
  '"main"',
  "a: b",
  "a #b",
  "a#b",
  "&a x",
  "*a",
  "!!str x",
  "{a: b}",
  "[a]",
  "|",
  ">",
  "12:30",
  "2026-11-01",
  "keep",
  "10%",
  "10",
  "",
);
const key = fc.constantFrom(
  ..."version branch root remotes default_remote external guards on_drift url token max_deletes prod eu other true null <<".split(
    " ",
  ),
);
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 0, 0, 2, 2, 4, 1), key, scalar)
      .map(([indent, name, value]) => `${" ".repeat(indent)}${name}:${value === "" ? "" : ` ${value}`}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(0, 2, 4),
        fc.constantFrom("team/*:*", '"team/*:v1"', "*x", "a/b:c", "x", "yes", "1", '"\\n"', "a b", "a:"),
      )
      .map(([indent, item]) => `${" ".repeat(indent)}- ${item}`),
  },
  fc.constantFrom(
    "",
    "# c",
    "  # c",
    "---",
    "...",
    "\tx: y",
    "? a",
    "version: 1\r",
    "branch: main ",
    "  more",
  ),
);
const plausible = fc.constantFrom(
  "remotes:\n  prod:\n    url: https://r.example.com\n    token: ${POINTSMAN_TOKEN}",
  "default_remote: prod",
  'external:\n  - other/*:*\n  - "base/*:main"',
  "guards:\n  max_deletes: 10\n  max_updates: 5",
  "on_drift: keep",
  "branch: main",
  "root: services/pointers",
);
const text = fc
  .array(fc.oneof({ weight: 2, arbitrary: plausible }, line), { maxLength: 6 })
  .map((lines) => ["version: 1", ...lines, ""].join("\n"));

describe("a pointsman.yaml of plain lines", () => {
  it("means the same with the YAML parser and without, wherever it is read without", () => {
    fc.assert(
      fc.property(text, (written) => {
        const plain = plainConfig(written);
        fc.pre(plain !== null);
        expect({ config: plain, problems: [] }).toEqual(parseConfig("pointsman.yaml", written));
      }),
      { numRuns: 3000, maxSkipsPerRun: 100 },
    );
  });

  it("is what `init` writes, and what the README shows", () => {
    const written = `# Where pointers live.\nversion: 1\nbranch: main\nremotes:\n  production:\n    url: https://registry.example.com/v4\n    token: \${POINTSMAN_TOKEN}\ndefault_remote: production\nexternal:\n  - "platform/*:stable"\nguards:\n  max_deletes: 10\non_drift: keep\n`;
    expect(plainConfig(written)).toEqual(parseConfig("pointsman.yaml", written).config);
  });

  it.each([
    "",
    "version: 2\n",
    "version: 1\nversion: 1\n",
    "version: 1\r\n",
    "version: 1\nbranch: yes\n",
    "version: 1\nbranch: main # the branch\n",
    "version: 1\nremotes: {}\n",
    "version: 1\ndefault_remote: gone\n",
    "version: 1\nbranch: &x main\n",
    "version: 1\n  branch: main\n",
    "version: 1\nbranch: main\n  more\n",
  ])("is not what %j is: the YAML parser says what that means", (written) => {
    expect(plainConfig(written)).toBeNull();
  });
});
