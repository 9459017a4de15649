import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultConfig } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import { growth, outOfProportion } from "../growth.ts";
import { renderProblems } from "../../src/render/problems.ts";
import { style } from "../../src/render/style.ts";
import { readConfig } from "../../src/workspace/read-snapshot.ts";

const file = "pointsman.yaml";

/** The problems of a config that begins with `version: 1`, as `line:column rule message`. */
function problemsOf(rest: string): string[] {
  return parseConfig(file, `version: 1\n${rest}`).problems.map(
    ({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`,
  );
}

const remote = (fields: string): string => `remotes:\n  production:\n${fields}`;

describe("pointsman.yaml", () => {
  test("says where pointers live, and whose they are", () => {
    const text = `
version: 1
branch: main
root: ./services/pointers/
remotes:
  production: { url: "https://registry.example.com", token: "\${POINTSMAN_TOKEN_PRODUCTION}" }
  local: { url: "http://127.0.0.1:8787" }
default_remote: production
external: [research/*:stable]
guards: { max_deletes: 3, max_updates: 20% }
on_drift: keep
`;
    expect(parseConfig(file, text)).toEqual({
      problems: [],
      config: {
        branch: "main",
        root: "services/pointers",
        remotes: new Map([
          [
            "production",
            { url: "https://registry.example.com", tokenVariable: "POINTSMAN_TOKEN_PRODUCTION" },
          ],
          ["local", { url: "http://127.0.0.1:8787", tokenVariable: undefined }],
        ]),
        defaultRemote: "production",
        external: ["research/*:stable"],
        guards: { maxDeletes: { count: 3 }, maxUpdates: { percent: 20 } },
        onDrift: "keep",
      },
    });
  });

  test("has a default for everything but its version", () => {
    expect(parseConfig(file, "version: 1\n")).toEqual({ config: defaultConfig, problems: [] });
    expect(parseConfig(file, "branch: main\n").problems).toHaveLength(1);
  });

  test("with problems is not used in part", () => {
    expect(parseConfig(file, "version: 1\nbranch: main\nroot: ..\n").config).toBe(defaultConfig);
  });

  test.each([
    ["an unknown key", "remote: {}\n", '2:1 schema Unknown key "remote"; did you mean remotes?'],
    [
      "an unknown key of a remote",
      remote("    url: https://a.example\n    tokn: x\n"),
      '5:5 schema Unknown key "tokn"; did you mean token?',
    ],
    [
      "an unknown key that is near to none",
      "guards: {max_moves: 1}\n",
      '2:10 schema Unknown key "max_moves"; known here: max_deletes, max_updates.',
    ],
    ["an empty section", "remotes:\n", '2:1 schema "remotes" is empty: it must be a mapping (key: value).'],
    [
      "a remote without url",
      remote("    token: ${POINTSMAN_TOKEN}\n"),
      '3:3 schema "production" has no url.',
    ],
    ["an empty pattern", 'external: [a/*, ""]\n', '2:17 schema Entry 2 of "external" is empty.'],
    [
      "a limit that is none",
      "guards: {max_deletes: few}\n",
      '2:23 schema "max_deletes" must be a whole number or a share such as 10%.',
    ],
    [
      "a word that on_drift does not know",
      "on_drift: ignore\n",
      '2:11 schema "on_drift" must be one of overwrite, keep, fail.',
    ],
    [
      "a default remote that is none",
      "default_remote: production\n",
      '2:17 config There is no remote "production": name one of `remotes`.',
    ],
    [
      "a default remote that is misspelt",
      `${remote("    url: https://a.example\n")}default_remote: prodution\n`,
      '5:17 config There is no remote "prodution"; did you mean production?',
    ],
    [
      "the built-in one as a default remote, misspelt",
      "default_remote: embeded\n",
      '2:17 config There is no remote "embeded"; did you mean embedded?',
    ],
    [
      "a remote with the name of the built-in one",
      "remotes:\n  embedded:\n    url: https://a.example\n",
      expect.stringContaining('config The name "embedded" is taken'),
    ],
  ])("%s is a problem", (_, rest, expected) => {
    expect(problemsOf(rest)).toEqual([expected]);
  });

  test("another version is a problem", () => {
    expect(parseConfig(file, "version: 2\n").problems.map(({ message }) => message)).toEqual([
      '"version" must be 1.',
    ]);
  });

  test("the embedded registry may be the default without being declared", () => {
    expect(problemsOf("default_remote: embedded\n")).toEqual([]);
  });
});

describe("a token", () => {
  test.each(["${POINTSMAN_TOKEN}", "${POINTSMAN_TOKEN_PRODUCTION}", "${POINTSMAN_TOKEN_EU_2}"])(
    "may be named as %s",
    (token) => {
      expect(problemsOf(remote(`    url: https://a.example\n    token: ${token}\n`))).toEqual([]);
    },
  );

  test.each([
    "s3cr3t",
    "$POINTSMAN_TOKEN",
    "POINTSMAN_TOKEN",
    "${HOME}",
    "${AWS_SECRET_ACCESS_KEY}",
    "${POINTSMAN_TOKEN_}",
    "${POINTSMAN_TOKENX}",
    "x${POINTSMAN_TOKEN}",
    "${POINTSMAN_TOKEN}${HOME}",
    "${POINTSMAN_URL}",
  ])("may not be %s: a pull request could send any secret of the job away", (token) => {
    const problems = problemsOf(remote(`    url: https://a.example\n    token: "${token}"\n`));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^5:12 schema "token" cannot be .*\$\{POINTSMAN_TOKEN\}/);
  });
});

describe("a secret in the file", () => {
  const secret = "sk_live_0123456789";
  const fields = (rest: string): string => remote(`    url: https://a.example\n    ${rest}\n`);
  /** What a person sees on a terminal, where problems have their lines. */
  const shownOf = async (rest: string): Promise<string> => {
    const bytes = new TextEncoder().encode(`version: 1\n${rest}`);
    const { problems, text } = await readConfig(file, { path: file, kind: "file", bytes });
    const texts = new Map([[file, text ?? ""]]);
    return renderProblems(problems, texts, style({ color: false, isTerminal: true }));
  };

  test.each([
    ["as a token", fields(`token: ${secret}`), "5:12"],
    ["as a misspelt token", fields(`tokn: ${secret}`), "5:5"],
    ["in a flow mapping", `remotes: {p: {url: "https://a.example", token: ${secret}}}\n`, "2:48"],
    ["in a flow mapping, no space before it", `remotes: {p: {url: a, token:${secret}}}\n`, "2:23"],
    ["below the token", fields(`token:\n      value: ${secret}`), "6:7"],
    ["below another key", fields(`auth:\n      token: ${secret}`), "5:5"],
    ["in the lines of a text", fields(`token: >-\n      ${secret}`), "5:12"],
    ["as a number", fields("token: 10123456789"), "5:12"],
    ["without a remote", `remotes:\n  url: https://a.example\n  token: ${secret}\n`, "4:10"],
    ["in a list of remotes", `remotes:\n  - token: ${secret}\n`, "3:12"],
    ["at the top", `token: ${secret}\n`, "2:1"],
    ["in a url", remote(`    url: https://user:${secret}@a.example\n`), "4:10"],
    ["in a url without scheme", remote(`    url: user:${secret}@a.example\n`), "4:10"],
    ["in a url's query", remote(`    url: https://a.example?token=${secret}\n`), "4:10"],
    ["in a url as a remote", `default_remote: https://user:${secret}@a.example\n`, "2:17"],
    ["in a url as a folder", `root: https://user:${secret}@a.example\n`, "2:7"],
    ["in a url as a pattern", `external: ["https://user:${secret}@a.example"]\n`, "2:12"],
  ])("%s is never shown, and said to be revoked", async (_, rest, place) => {
    const shown = await shownOf(rest);
    expect(shown).not.toContain("0123456789");
    const line = shown.split("\n").find((one) => one.includes("Revoke"));
    expect(line).toMatch(/must not be in this file: name the variable .* token: \$\{POINTSMAN_TOKEN\}/);
    expect(line).toContain(`${file}:${place} error`);
  });

  test.each([
    ["an alias", fields(`token: *${secret}`)],
    ["an anchor", fields(`token: &${secret}`)],
    ["a tag", fields(`token: !${secret}`)],
    ["a tag of no known kind", fields(`token: !x!${secret}`)],
    ["the head of a text", fields(`token: |${secret}`)],
    ["a second text", fields(`token: "a" ${secret}`)],
    ["an open quote", fields(`token: "${secret}`)],
    ["a key", fields(`token:${secret}`)],
    ["a line too far in", fields(` token: ${secret}`)],
    ["a directive", `%${secret} x\n---\n`],
    ["a url", remote(`    url: ${secret}\n`)],
    ["a remote", `remotes:\n  ${secret}:\n`],
    ["what a remote is", `remotes:\n  p: ${secret}\n`],
    ["another key's value", fields(`header: ${secret}`)],
    ["the default remote", `default_remote: ${secret}\n`],
    ["a folder", `root: ../${secret}\n`],
    ["a word", `on_drift: ${secret}\n`],
    ["a limit", `guards: {max_deletes: ${secret}}\n`],
  ])("that is taken for %s is never shown", async (_, rest) => {
    const shown = await shownOf(rest);
    expect(shown).toContain(" error ");
    expect(shown).not.toContain("0123456789");
  });

  test("is nothing that names a variable", async () => {
    for (const name of ["$POINTSMAN_TOKEN", "${HOME}", '"${{ secrets.POINTSMAN_TOKEN }}"'])
      expect(await shownOf(fields(`token: ${name}`))).not.toContain("Revoke");
    expect(await shownOf(`remotes:\n  token: {url: "https://a.example"}\n`)).toBe("");
  });
});

describe("a remote's url", () => {
  test.each([
    "https://registry.example.com",
    "https://registry.example.com:8443/base/",
    "http://localhost:8787",
    "http://127.0.0.1:8787",
    "http://127.8.9.10",
    "http://[::1]:8787",
  ])("may be %s", (url) => {
    expect(problemsOf(remote(`    url: "${url}"\n`))).toEqual([]);
  });

  test.each([
    ["http://registry.example.com", "plain HTTP"],
    ["http://127.0.0.1.example.com", "plain HTTP"],
    ["http://localhost.example.com", "plain HTTP"],
    ["http://10.0.0.1", "plain HTTP"],
    ["http://0.0.0.0:8787", "plain HTTP"],
    ["https://user:secret@registry.example.com", "no user or password"],
    ["https://registry.example.com?x=1", "no query"],
    ["https://registry.example.com#x", "no fragment"],
    ["registry.example.com", "is written like"],
    ["ftp://registry.example.com", "is written like"],
    ["file:///etc/passwd", "is written like"],
  ])("may not be %s", (url, says) => {
    const problems = problemsOf(remote(`    url: "${url}"\n`));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
    expect(problems[0]).not.toContain("secret");
  });
});

describe("a pattern of external", () => {
  test.each([
    "acme/*",
    "acme/*:stable",
    "*/*",
    "acme/llm*",
    "*/llm:*",
    "a*b/c*d:e*",
    "acme/llm:v3",
    "Acme/llm:prod",
  ])("may be %s", (pattern) => {
    expect(problemsOf(`external: ["${pattern}"]\n`)).toEqual([]);
  });

  test.each([
    "other",
    "*",
    "other/llm",
    "Other/x:y y",
    "a/b/c:dd",
    "/b:cc",
    "a/:cc",
    "a/b:",
    "a/b:c",
    "a/b:c:*",
    "a:b",
  ])("may not be %s, which fits no name", (pattern) => {
    expect(problemsOf(`external: [acme/*, "${pattern}"]\n`)).toEqual([
      expect.stringMatching(/^2:20 config Entry 2 of "external" fits no pointer's name: .* acme\/\*:stable/),
    ]);
  });
});

describe("root", () => {
  test.each([
    [".", ""],
    ["./", ""],
    ["services", "services"],
    ["./services//pointers/.", "services/pointers"],
  ])("%s is the folder %j", (root, folder) => {
    expect(parseConfig(file, `version: 1\nroot: ${root}\n`).config.root).toBe(folder);
  });

  test.each(["..", "../elsewhere", "a/../..", "a/..", "/etc", "a\\b", ".git", "a/.git/hooks", '"a\\u0007"'])(
    "%s is no folder below",
    (root) => {
      expect(problemsOf(`root: ${root}\n`)).toEqual([
        expect.stringMatching(/^2:7 config ".*" is no folder below this file's/),
      ]);
    },
  );
});

test("nothing that a pull request writes makes it throw", () => {
  const piece = fc.constantFrom(
    ..."version: 1|\n|  |remotes:|production:|url: |token: |external: [|]|{|}|*a|&a|<<: |root: |..|\t|\u0000|__proto__: |guards: ".split(
      "|",
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 3, unit: "binary" })), { maxLength: 20 }),
      (all) => {
        const { problems } = parseConfig(file, all.join(""));
        expect(problems.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test.each([
  ["parameters of a URL", (n: number) => `root: "a://&${"pass".repeat(n)}"`],
  ["the user of a URL", (n: number) => `root: "${"a:".repeat(n)}"`],
  ["a key", (n: number) => `${"token_".repeat(n)}: 1`],
])("looks for secrets in %s in a time that grows with it", (_, text) => {
  const parse = (size: number): void => void parseConfig(file, `version: 1\n${text(size)}\n`);
  expect(growth(parse, 2000)).toBeLessThan(outOfProportion);
});

test("takes as long for problems and secrets as there are of them", () => {
  const parse = (size: number): void => {
    const remotes = Array.from({ length: size }, (_, at) => `  r${at}: { token: abc123 }\n`);
    const { problems } = parseConfig(file, `version: 1\nremotes:\n${remotes.join("")}`);
    expect(problems.length).toBeGreaterThanOrEqual(size);
  };
  expect(growth(parse, 2000)).toBeLessThan(outOfProportion);
});
