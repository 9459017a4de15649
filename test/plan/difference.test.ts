import { describe, expect, test } from "vitest";
import { difference, retargeted } from "../../src/plan/difference.ts";
import { type Declared, desiredOf } from "./desired-of.ts";

function differences(base: Declared, head: Declared): string[] {
  return difference(desiredOf(base), desiredOf(head)).map(({ action, pointer, before, after, via }) => {
    const [from, to] = [before, after].map((value) =>
      value === null ? "nothing" : `${value.pipeline ?? "nowhere"}${value.locked ? "!" : ""}`,
    );
    return `${action} ${pointer}: ${from} → ${to}${via.length === 0 ? "" : ` via ${via.join(" ")}`}`;
  });
}

describe("between two commits", () => {
  test.each<[string, Declared, Declared, string[]]>([
    ["nothing differs where nothing does", { "a/b:cd": "one" }, { "a/b:cd": "one" }, []],
    ["a new pointer is created", {}, { "a/b:cd": "a/b:v1" }, ["create a/b:cd: nothing → a/b:v1 via a/b:v1"]],
    ["one that is gone is deleted", { "a/b:cd": "one" }, {}, ["delete a/b:cd: one → nothing"]],
    ["a move is an update", { "a/b:cd": "one" }, { "a/b:cd": "two" }, ["update a/b:cd: one → two"]],
    [
      "one that follows another moves with it, though its own file is the same",
      { "a/b:prod": "a/b:stable", "a/b:stable": "one" },
      { "a/b:prod": "a/b:stable", "a/b:stable": "two" },
      ["update a/b:prod: one → two via a/b:stable", "update a/b:stable: one → two"],
    ],
    [
      "another way to the same end is no difference",
      { "a/b:prod": "one", "a/b:stable": "one" },
      { "a/b:prod": "a/b:stable", "a/b:stable": "one" },
      [],
    ],
    [
      "a lock is one",
      { "a/b:cd": "one" },
      { "a/b:cd": { target: "one", locked: true } },
      ["update a/b:cd: one → one!"],
    ],
    [
      "a deleted pointer is shown with the way it had",
      { "a/b:prod": "a/b:stable", "a/b:stable": "one" },
      { "a/b:stable": "one" },
      ["delete a/b:prod: one → nothing via a/b:stable"],
    ],
    [
      "an external stays a name: what it leads to is not in git",
      { "a/b:cd": "research/c:stable" },
      { "a/b:cd": "research/c:latest" },
      ["update a/b:cd: research/c:stable → research/c:latest via research/c:latest"],
    ],
    [
      "a chain that ends nowhere is shown as that",
      { "a/b:cd": "a/b:ef", "a/b:ef": "one" },
      { "a/b:cd": "a/b:ef" },
      ["update a/b:cd: one → nowhere via a/b:ef", "delete a/b:ef: one → nothing"],
    ],
  ])("%s", (_, base, head, expected) => {
    expect(differences(base, head)).toEqual(expected);
  });
});

test("nothing is said of what may stand in a file that could not be read, nor of what follows it", () => {
  const base = { "a/b:cd": "one", "a/b:ef": "one", "x/y:prod": "a/b:cd", "x/y:own": "one" };
  const head = { "a/b:ef": "two", "x/y:prod": "a/b:cd", "x/y:own": "two" };
  for (const unreadable of [["pointers/a/b.yaml"], ["pointers/a/b/cd.yaml"]]) {
    const broken = { ...desiredOf(head), unreadable };
    expect(difference(desiredOf(base), broken).map(({ pointer }) => pointer)).toEqual(["a/b:ef", "x/y:own"]);
    expect(difference(broken, desiredOf(base)).map(({ pointer }) => pointer)).toEqual(["a/b:ef", "x/y:own"]);
  }
});

describe("another target with the same end", () => {
  test.each<[string, Declared, Declared, string[]]>([
    [
      "is told where a chain is made, ends or goes another way",
      { "a/b:dev": "one", "a/b:eu": "a/b:dev", "a/b:prod": "one", "a/b:us": "a/b:dev" },
      { "a/b:dev": "one", "a/b:eu": "a/b:prod", "a/b:prod": "a/b:dev", "a/b:us": "one" },
      ["a/b:eu: a/b:dev → a/b:prod", "a/b:prod: one → a/b:dev", "a/b:us: a/b:dev → one"],
    ],
    [
      "is none where the pointer moves, or its end does",
      { "a/b:dev": "one", "a/b:eu": "two", "a/b:prod": "a/b:dev" },
      { "a/b:dev": "two", "a/b:eu": "one", "a/b:prod": "a/b:dev" },
      [],
    ],
    [
      "is none of what is new, gone or leads nowhere",
      { "a/b:dev": "one", "a/b:gone": "one", "a/b:lost": "a/b:away" },
      { "a/b:dev": "one", "a/b:lost": "a/b:elsewhere", "a/b:new": "a/b:dev" },
      [],
    ],
  ])("%s", (_, base, head, expected) => {
    const told = retargeted(desiredOf(base), desiredOf(head));
    expect(told.map(({ pointer, before, after }) => `${pointer}: ${before} → ${after}`)).toEqual(expected);
  });
});
