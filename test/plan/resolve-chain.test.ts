import { describe, expect, test } from "vitest";
import { difference } from "../../src/plan/difference.ts";
import { plan } from "../../src/plan/plan.ts";
import { chainEnd, resolveChain, shownVia } from "../../src/plan/resolve-chain.ts";
import { checkDesired } from "../../src/rules/check.ts";
import { growth, outOfProportion } from "../growth.ts";
import { type Declared, desiredOf } from "./desired-of.ts";

const declared: Declared = {
  "a/b:prod": "a/b:stable",
  "a/b:stable": "a/b:v3",
  "a/b:pinned": "pipeline_1",
  "a/b:base": "research/c:stable",
  "a/b:lost": "a/b:nowhere",
  "a/b:round": "a/b:again",
  "a/b:again": "a/b:round",
  "a/b:into": "a/b:round",
  // Problems, both: a version is the registry's whatever a file says, and what has no slash is an id.
  "a/b:v3": "pipeline_2",
  pipeline_1: "pipeline_2",
};

describe("a chain", () => {
  test.each([
    ["a/b:prod", ["a/b:stable", "a/b:v3"], { kind: "version", target: "a/b:v3" }],
    ["a/b:pinned", [], { kind: "id", target: "pipeline_1" }],
    ["a/b:base", ["research/c:stable"], { kind: "external", target: "research/c:stable" }],
    ["a/b:v3", [], { kind: "version", target: "a/b:v3" }],
    ["pipeline_1", [], { kind: "id", target: "pipeline_1" }],
    ["a/b:v7", [], { kind: "version", target: "a/b:v7" }],
    ["a/b:lost", ["a/b:nowhere"], null],
    ["a/b:round", ["a/b:again", "a/b:round"], null],
    ["a/b:into", ["a/b:round", "a/b:again", "a/b:round"], null],
    ["a/b:unknown", [], null],
  ])("from %s goes through %j to %j", (name, via, end) => {
    const desired = desiredOf(declared);
    expect(resolveChain(name, desired)).toEqual({ via, end });
    expect(chainEnd(name, desired)).toEqual(end);
  });

  test("has one end, whichever pointer is asked first", () => {
    const names = Object.keys(declared);
    for (const order of [names, names.toReversed()]) {
      const desired = desiredOf(declared);
      for (const name of order) expect(chainEnd(name, desired)).toEqual(resolveChain(name, desired).end);
    }
  });
});

/** a/b:t1 → a/b:t2 → … → pipeline_1 */
function longChain(length: number): Declared {
  return Object.fromEntries(
    Array.from({ length }, (_, at) => [`a/b:t${at}`, at === length - 1 ? "pipeline_1" : `a/b:t${at + 1}`]),
  );
}

describe("chains may be as long as you like", () => {
  const followed = (length: number): void => {
    const desired = desiredOf(longChain(length));
    expect(resolveChain("a/b:t0", desired).via).toHaveLength(length - 1);
    const ends = new Set([...desired.pointers.keys()].map((name) => chainEnd(name, desired)?.target));
    expect([...ends]).toEqual(["pipeline_1"]);
    expect(checkDesired(desired).filter(({ rule }) => rule !== "path")).toEqual([]);
  };
  const planned = (length: number): void => {
    const desired = desiredOf(longChain(length));
    const remote = { name: "production", url: "https://registry.example.com" };
    const input = { desired, remote, wasDeclaredLocked: () => false };
    const { changes } = plan({ ...input, current: new Map() });
    expect(changes).toHaveLength(length);
    const current = new Map(changes.map(({ pointer, after }) => [pointer, after!]));
    expect(plan({ ...input, current }).summary.unchanged).toBe(length);
    current.set(`a/b:t${length - 1}`, { pipeline: "pipeline_1", locked: true });
    current.set("a/b:t0", { pipeline: "pipeline_2", locked: false });
    expect(plan({ ...input, current }).blocked.map(({ reason }) => reason)).toEqual([
      "depends-on-blocked",
      "locked-on-remote",
    ]);
    const other = desiredOf({ ...longChain(length), [`a/b:t${length - 1}`]: "pipeline_2" });
    expect(difference(desired, other)).toHaveLength(length);
  };

  test.each([
    ["checked and followed", followed],
    ["planned and compared", planned],
  ])("one of 50,000, a pull request's most, is %s", (_, work) => {
    expect(() => work(50_000)).not.toThrow();
  });

  test.each([
    ["checked and followed", followed],
    ["planned and compared", planned],
  ])("being %s takes as long as the chain is", (_, work) => {
    expect(growth(work, 1500)).toBeLessThan(outOfProportion);
  });

  test("in a plan one is named whole up to a hundred names, then by its start and its end", () => {
    const whole = desiredOf({ ...longChain(100), "a/b:t99": "a/b:v1" });
    expect(shownVia("a/b:t0", whole)).toEqual(resolveChain("a/b:t0", whole).via);
    const longer = desiredOf({ ...longChain(102), "a/b:t101": "a/b:v1" });
    const via = shownVia("a/b:t0", longer);
    expect(via).toHaveLength(102);
    expect(via.slice(-3)).toEqual(["a/b:t100", "…", "a/b:v1"]);
    expect(shownVia("a/b:t0", desiredOf(longChain(102))).slice(-2)).toEqual(["a/b:t100", "…"]);
  });
});
