// Every rule has a repository in fixtures/broken that breaks it and no other rule, with what a user
// then sees: expected.txt (on a terminal, without colours) and expected.json.
// After a change of words: UPDATE_GOLDEN=1 npx vitest run test/rules/fixtures.test.ts, then read the diff.
import { readdirSync } from "node:fs";
import { mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatPointerFile } from "../../src/pointer/format-pointer-file.ts";
import { isVersionPointer } from "../../src/pointer/name.ts";
import { renderProblems, renderVerdict } from "../../src/render/problems.ts";
import { style } from "../../src/render/style.ts";
import { problemsOf } from "../../src/workspace/read-snapshot.ts";
import { fixtures, problemsOfFixture, readFixture } from "./broken-fixture.ts";

const rules =
  "name-grammar reserved-tag external-declared path duplicate target-grammar self-reference dangling cycle " +
  "locked-target locked-move file yaml yaml-subset schema duplicate-key config";

const onTerminal = style({ color: false, isTerminal: true });

describe("a repository that breaks one rule", () => {
  test("there is one for every rule", () => {
    expect(readdirSync(join(fixtures, "broken")).sort()).toEqual(rules.split(" ").sort());
  });

  test.each(rules.split(" "))("%s", async (rule) => {
    const folder = `broken/${rule}`;
    const { problems, snapshot } = await problemsOfFixture(folder, rule === "locked-move");
    expect([...new Set(problems.map((problem) => problem.rule))]).toEqual([rule]);

    const { declarations } = snapshot.desired;
    const files = new Set(declarations.map(({ file }) => file)).size;
    const checked = { pointers: declarations.length, files };
    const text =
      renderProblems(problems, snapshot.texts, onTerminal) + renderVerdict(problems, checked, onTerminal);
    await expectGolden(join(fixtures, folder, "expected.txt"), text);
    await expectGolden(join(fixtures, folder, "expected.json"), `${JSON.stringify({ problems }, null, 2)}\n`);
  });
});

describe("a file that a checkout cannot hold everywhere", () => {
  const file = "pointers/myuser/gptneo.yaml";
  const problemsWith = async (edit: (repository: string) => Promise<void>): Promise<string> => {
    const snapshot = await readFixture("good", edit);
    const line = style({ color: false, isTerminal: false });
    return renderProblems(problemsOf(snapshot), snapshot.texts, line);
  };

  test("two paths that differ only in case", async () => {
    const text = await problemsWith(async (repository) => {
      await mkdir(join(repository, "pointers/MyUser"), { recursive: true });
      await writeFile(join(repository, "pointers/MyUser/gptneo.yaml"), "pointers: {}\n");
    });
    expect(text).toBe(
      `${file}:1:1 error The path differs from pointers/MyUser/gptneo.yaml only in case: ` +
        "they are one file on many systems. [file]\n",
    );
  });

  test("a symbolic link, also one out of the repository, is named and not followed", async () => {
    const text = await problemsWith(async (repository) => {
      await symlink("/etc/passwd", join(repository, "pointers/myuser/passwd.yaml"));
      await symlink("gptneo.yaml", join(repository, "pointers/myuser/same"));
    });
    expect(text).toBe(
      "pointers/myuser/passwd.yaml:1:1 error A symbolic link is not followed: put the file itself here. [file]\n" +
        "pointers/myuser/same:1:1 error A symbolic link cannot stand among the pointer files. [file]\n",
    );
  });

  test("a file in the place of the pointers that is upper case at its end", async () => {
    const text = await problemsWith(async (repository) => {
      await rename(join(repository, file), join(repository, "pointers/myuser/gptneo.YAML"));
    });
    expect(text).toBe(
      "pointers/myuser/gptneo.YAML:1:1 error Pointer files end in .yaml, in lower case: rename it. [file]\n",
    );
  });

  test.each([
    ["larger than 1 MiB", Buffer.alloc(1024 * 1024 + 1, "# \n"), "The file is larger than 1 MiB"],
    ["not UTF-8", Buffer.from("pointers: {}\n# Gr\u00fc\u00dfe\n", "latin1"), "The file is not UTF-8 text"],
  ])("%s", async (_, bytes, message) => {
    const text = await problemsWith((repository) =>
      writeFile(join(repository, "pointers/myuser/other.yaml"), bytes),
    );
    expect(text).toContain(`pointers/myuser/other.yaml:1:1 error ${message}`);
    expect(text.split("\n")).toHaveLength(2);
  });

  test("a target that may be declared in a file that cannot be read is not called dangling too", async () => {
    const text = await problemsWith((repository) =>
      writeFile(join(repository, "pointers/myuser/whisper/latest.yaml"), "pointers: [\n"),
    );
    expect(text).not.toContain("dangling");
    expect(text).toContain("[yaml]");
  });
});

describe.each(["good", "team"])("the repository %s", (folder) => {
  test("has no problem and is in the canonical form", async () => {
    const snapshot = await readFixture(folder);
    expect(problemsOf(snapshot)).toEqual([]);
    for (const { path, bytes } of snapshot.files.filter(({ path }) => path.startsWith("pointers/"))) {
      if (!path.endsWith(".yaml")) continue;
      const text = Buffer.from(bytes ?? []).toString();
      expect(formatPointerFile(path, text)).toBe(text);
    }
  });
});

test("the team has 300 pointers in 40 pipelines of 5 users, in both layouts, on versions v1 to v5", async () => {
  const { desired } = await readFixture("team");
  const names = [...desired.pointers.keys()];
  expect(names).toHaveLength(300);
  expect(new Set(names.map((name) => name.split(":")[0])).size).toBe(40);
  expect(new Set(names.map((name) => name.split("/")[0])).size).toBe(5);
  const depths = new Set(desired.declarations.map(({ file }) => file.split("/").length));
  expect(depths).toEqual(new Set([3, 4]));
  for (const { target } of desired.declarations) {
    if (isVersionPointer(target)) expect(target).toMatch(/:v[1-5]$/);
    else expect(desired.pointers.has(target)).toBe(true);
  }
});

async function expectGolden(file: string, text: string): Promise<void> {
  if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(file, text);
  expect(text).toBe(await readFile(file, "utf8"));
}
