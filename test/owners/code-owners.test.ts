import { describe, expect, it, test } from "vitest";
import type { Declaration, Desired } from "../../src/model/pointer.ts";
import { parseCodeOwners } from "../../src/owners/code-owners.ts";
import { ownerCrossings } from "../../src/owners/crossings.ts";
import { fitsPath } from "../../src/owners/path-pattern.ts";
import { difference } from "../../src/plan/difference.ts";

describe("a pattern of CODEOWNERS", () => {
  test.each([
    ["*", "pointers/a/b.yaml", true],
    ["*.yaml", "pointers/a/b.yaml", true],
    ["*.yaml", "pointers/a/b.yml", false],
    ["prod.yaml", "pointers/a/b/prod.yaml", true],
    ["/prod.yaml", "pointers/a/b/prod.yaml", false],
    ["pointers/", "pointers/a/b.yaml", true],
    ["pointers/", "services/pointers/a/b.yaml", true],
    ["/pointers/", "services/pointers/a/b.yaml", false],
    ["pointers/a/", "pointers/a/b.yaml", true],
    ["pointers/a/", "x/pointers/a/b.yaml", false],
    ["pointers/a", "pointers/a/b/prod.yaml", true],
    ["pointers/a", "pointers/ab/c.yaml", false],
    ["pointers/*", "pointers/a/b.yaml", false],
    ["pointers/a/*", "pointers/a/b.yaml", true],
    ["pointers/*/b.yaml", "pointers/a/b.yaml", true],
    ["pointers/*/b.yaml", "pointers/a/x/b.yaml", false],
    ["pointers/**/prod.yaml", "pointers/a/b/prod.yaml", true],
    ["pointers/**/prod.yaml", "pointers/prod.yaml", true],
    ["**/b/", "pointers/a/b/prod.yaml", true],
    ["pointers/**", "pointers/a/b/prod.yaml", true],
    ["pointers/**", "other/a.yaml", false],
    ["pointers/a/b/pr?d.yaml", "pointers/a/b/prod.yaml", true],
    ["b.yaml/", "pointers/a/b.yaml", false],
    ["Pointers/", "pointers/a/b.yaml", false],
  ])("%s and %s: %s", (pattern, path, expected) => {
    expect(fitsPath(path, pattern)).toBe(expected);
  });

  it("takes no longer for one that was made to", () => {
    const [path, pattern] = ["a/".repeat(200), "**/*a*a*a*a*b/".repeat(200)];
    expect(fitsPath(path, pattern)).toBe(false);
  });
});

describe("owners of a path", () => {
  it("are those of the last line that fits", () => {
    const { ownersOf } = parseCodeOwners(
      [
        "# Everybody",
        "*  @org/all  # a comment",
        "pointers/ @ml me@example.com\r",
        "pointers/**/prod.yaml @sre",
        "pointers/free/",
        "pointers/with\\ space.yaml @s",
        "pointers/sharp\\#.yaml @h",
      ].join("\n"),
    );
    expect(ownersOf("README.md")).toEqual(["@org/all"]);
    expect(ownersOf("pointers/a/b/dev.yaml")).toEqual(["@ml", "me@example.com"]);
    expect(ownersOf("pointers/a/b/prod.yaml")).toEqual(["@sre"]);
    expect(ownersOf("pointers/free/x.yaml")).toEqual([]);
    expect(ownersOf("pointers/with space.yaml")).toEqual(["@s"]);
    expect(ownersOf("pointers/sharp#.yaml")).toEqual(["@h"]);
  });

  it("are those of all of GitLab's sections, a section's own where a line has none", () => {
    const text = "* @all\n[Models][2] @ml\npointers/\n!pointers/free/\n^[Production] @sre\nprod.yaml\n";
    const { ownersOf } = parseCodeOwners(text);
    expect(ownersOf("pointers/a/b/prod.yaml")).toEqual(["@all", "@ml", "@sre"]);
    expect(ownersOf("pointers/free/dev.yaml")).toEqual(["@all"]);
  });
});

describe("a chain onto a pointer of other owners", () => {
  const owners = parseCodeOwners("dev.yaml @ml\nprod.yaml @sre\nboth.yaml @sre @ml\neu.yaml @sre\n");
  const name = (tag: string): string => (tag.includes(":") ? tag : `a/b:${tag}`);
  function desired(targets: Readonly<Record<string, string>>): Desired {
    const declarations = Object.entries(targets).map(([tag, target]): Declaration => {
      const file = `pointers/a/b/${tag}.yaml`;
      const to = target.startsWith("pipeline") ? target : name(target);
      const place = { line: 2, column: 3, targetLine: 2, targetColumn: 3 };
      return Object.assign(place, { pointer: name(tag), target: to, locked: false, file });
    });
    const pointers = new Map(declarations.map((one) => [one.pointer, one]));
    return { commit: null, declarations, pointers, isExternal: () => false, root: "", unreadable: [] };
  }
  const notesOf = (base: Readonly<Record<string, string>>, head: Readonly<Record<string, string>>) =>
    ownerCrossings(
      difference(desired(base), desired(head)).map(({ pointer }) => pointer),
      desired(head),
      owners,
    ).map(({ pointer, target }) => `${pointer} ${target}`);

  it("is told when it is made, and when it moves what follows", () => {
    const base = { dev: "v1", prod: "v1" };
    expect(notesOf(base, { dev: "v2", prod: "dev" })).toEqual(["a/b:prod a/b:dev"]);
    expect(notesOf({ dev: "v1", prod: "dev" }, { dev: "v2", prod: "dev" })).toEqual(["a/b:prod a/b:dev"]);
    expect(notesOf({ ...base, prod: "dev" }, { ...base, prod: "dev" })).toEqual([]);
  });

  it("is told once, at the link where owners change", () => {
    const head = { dev: "v2", prod: "dev", eu: "prod" };
    expect(notesOf({ dev: "v1", prod: "dev", eu: "prod" }, head)).toEqual(["a/b:prod a/b:dev"]);
  });

  it("is told onto what nobody owns; not onto what its own owners must approve, nor from what nobody owns", () => {
    expect(notesOf({}, { free: "v1", prod: "free" })).toEqual(["a/b:prod a/b:free"]);
    expect(notesOf({}, { prod: "v1", both: "prod" })).toEqual([]);
    expect(notesOf({}, { both: "v1", prod: "both" })).toEqual(["a/b:prod a/b:both"]);
    expect(notesOf({}, { prod: "v1", free: "prod" })).toEqual([]);
  });

  it("is none onto a version, an id or in a circle", () => {
    expect(notesOf({}, { prod: "v1", eu: "pipeline_a" })).toEqual([]);
    expect(notesOf({}, { prod: "eu", eu: "prod" })).toEqual([]);
  });
});
