import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import type { PointerValue } from "../../src/model/pointer.ts";
import { plan } from "../../src/plan/plan.ts";
import { type Declared, desiredOf } from "./desired-of.ts";

const remote = { name: "production", url: "https://registry.example.com" };

/** What a remote has: an id, with "!" behind it where it is locked. */
type There = Readonly<Record<string, string>>;

function valueOf(text: string): PointerValue {
  return { pipeline: text.replace("!", ""), locked: text.endsWith("!") };
}

function planOf(
  declared: Declared,
  there: There,
  options: { only?: string[]; onceLocked?: string[]; hasToken?: boolean; prune?: string[] } = {},
): Plan {
  return plan({
    desired: desiredOf(declared),
    current: new Map(Object.entries(there).map(([name, text]) => [name, valueOf(text)])),
    remote: { ...remote, hasToken: options.hasToken ?? true },
    ...(options.only === undefined ? {} : { only: new Set(options.only) }),
    ...(options.prune === undefined ? {} : { prune: new Set(options.prune) }),
    wasDeclaredLocked: (pointer) => options.onceLocked?.includes(pointer) ?? false,
  });
}

const show = (value: PointerValue | null): string =>
  value === null ? "nothing" : `${value.pipeline}${value.locked ? "!" : ""}`;

/** A plan's changes, a line each. */
function changesOf({ changes }: Plan): string[] {
  return changes.map(
    ({ action, pointer, before, after, via }) =>
      `${action} ${pointer}: ${show(before)} → ${show(after)}${via.length === 0 ? "" : ` via ${via.join(" ")}`}`,
  );
}

const blockedOf = ({ blocked }: Plan): string[] =>
  blocked.map(({ pointer, reason, message }) => `${pointer} ${reason}: ${message}`);

describe("a change is planned", () => {
  const versions = { "a/b:v1": "one", "a/b:v2": "two" };
  test.each<[string, Declared, There, string[]]>([
    [
      "to create what the remote has not",
      { "a/b:latest": "two" },
      versions,
      ["create a/b:latest: nothing → two"],
    ],
    [
      "to update what is elsewhere",
      { "a/b:latest": "two" },
      { ...versions, "a/b:latest": "one" },
      ["update a/b:latest: one → two"],
    ],
    ["never for what is as declared", { "a/b:latest": "two" }, { ...versions, "a/b:latest": "two" }, []],
    [
      "to the id that a version has there",
      { "a/b:latest": "a/b:v2" },
      versions,
      ["create a/b:latest: nothing → two via a/b:v2"],
    ],
    [
      "for every pointer of a chain, through all its names",
      { "a/b:eu": "a/b:prod", "a/b:prod": "a/b:stable", "a/b:stable": "a/b:v2" },
      { ...versions, "a/b:eu": "one", "a/b:prod": "one", "a/b:stable": "one" },
      [
        "update a/b:eu: one → two via a/b:prod a/b:stable a/b:v2",
        "update a/b:prod: one → two via a/b:stable a/b:v2",
        "update a/b:stable: one → two via a/b:v2",
      ],
    ],
    [
      "to the id that an external has there",
      { "a/b:base": "research/c:stable" },
      { "research/c:stable": "base" },
      ["create a/b:base: nothing → base via research/c:stable"],
    ],
    [
      "to lock",
      { "a/b:audit": { target: "one", locked: true } },
      { ...versions, "a/b:audit": "one" },
      ["update a/b:audit: one → one!"],
    ],
    [
      "to create locked",
      { "a/b:audit": { target: "one", locked: true } },
      versions,
      ["create a/b:audit: nothing → one!"],
    ],
    [
      "to move what is locked, where the commit says so",
      { "a/b:audit": { target: "two", locked: true } },
      { ...versions, "a/b:audit": "one!" },
      ["update a/b:audit: one! → two!"],
    ],
    [
      "for names in their order, whatever order the files have",
      { "b/b:cd": "one", "a/b:ef": "one", "a/b:cd": "one" },
      versions,
      ["create a/b:cd: nothing → one", "create a/b:ef: nothing → one", "create b/b:cd: nothing → one"],
    ],
  ])("%s", (_, declared, there, expected) => {
    const made = planOf(declared, there);
    expect(changesOf(made)).toEqual(expected);
    expect(made.blocked).toEqual([]);
  });

  test("to unlock, where a commit once declared the lock", () => {
    const there = { "a/b:audit": "one!" };
    expect(changesOf(planOf({ "a/b:audit": "one" }, there, { onceLocked: ["a/b:audit"] }))).toEqual([
      "update a/b:audit: one! → one",
    ]);
  });

  test("with the cause new for a create", () => {
    const made = planOf({ "a/b:cd": "one", "a/b:ef": "one" }, { "a/b:ef": "two" });
    expect(made.changes.map(({ cause }) => cause.kind)).toEqual(["new", "unknown"]);
  });
});

describe("a pointer is blocked", () => {
  test("where the remote lacks the version; the newest there is named", () => {
    const there = { "a/b:v2": "two", "a/b:v10": "ten", "a/b:v9": "nine", "x/y:v11": "x" };
    expect(blockedOf(planOf({ "a/b:latest": "a/b:v11" }, there))).toEqual([
      "a/b:latest missing-version: The remote has no a/b:v11; the newest there is a/b:v10.",
    ]);
  });

  test("where the remote lacks the whole pipeline", () => {
    expect(blockedOf(planOf({ "a/b:latest": "a/b:v1" }, { "x/y:v1": "x" }))).toEqual([
      "a/b:latest missing-version: The remote has no a/b:v1; a/b has no versions there: was it uploaded to this remote? Or this token may not see a.",
    ]);
    const seesAll = planOf({ "a/b:latest": "a/b:v1" }, { "x/y:v1": "x" }, { hasToken: false });
    expect(blockedOf(seesAll)).toEqual([expect.stringMatching(/uploaded to this remote\?$/)]);
  });

  test("where the remote lacks the external; a near name is named", () => {
    const there = { "research/bse:stable": "x", "research/base:stabl": "x", "research/other:stable": "x" };
    expect(blockedOf(planOf({ "a/b:base": "research/base:stable" }, there))).toEqual([
      "a/b:base missing-external: The remote has no external pointer research/base:stable; did you mean research/base:stabl?",
    ]);
    expect(blockedOf(planOf({ "a/b:base": "research/base:stable" }, { "x/y:cd": "x" }))).toEqual([
      "a/b:base missing-external: The remote has no external pointer research/base:stable.",
    ]);
  });

  test("with every pointer that resolves to what is missing; others go on", () => {
    const declared = { "a/b:eu": "a/b:prod", "a/b:prod": "a/b:v2", "a/b:us": "a/b:v1" };
    const made = planOf(declared, { "a/b:v1": "one" });
    expect(made.blocked.map(({ pointer, reason }) => `${pointer} ${reason}`)).toEqual([
      "a/b:eu missing-version",
      "a/b:prod missing-version",
    ]);
    expect(changesOf(made)).toEqual(["create a/b:us: nothing → one via a/b:v1"]);
  });

  test("where it is locked there and no commit ever locked it, even if only the lock differs", () => {
    for (const [there, at] of [
      ["one!", " at a/b:v1"],
      ["three!", " at three"],
      ["two!", ""],
    ] as const) {
      const made = planOf({ "a/b:prod": "two" }, { "a/b:prod": there, "a/b:v1": "one", "a/b:v2": "two" });
      expect(made.changes).toEqual([]);
      expect(blockedOf(made)).toEqual([
        `a/b:prod locked-on-remote: It is locked on the remote${at}, and no commit ever locked it: somebody did so by hand. ` +
          "Unlock it there, or declare it locked here first.",
      ]);
    }
  });

  test("where it resolves through one that is locked there, unless it has its value already", () => {
    const declared = { "a/b:eu": "a/b:prod", "a/b:us": "a/b:prod", "a/b:prod": "two" };
    const made = planOf(declared, { "a/b:prod": "one!", "a/b:eu": "one", "a/b:us": "two" });
    expect(made.changes).toEqual([]);
    expect(made.blocked.map(({ pointer, reason }) => `${pointer} ${reason}`)).toEqual([
      "a/b:eu depends-on-blocked",
      "a/b:prod locked-on-remote",
    ]);
    expect(made.blocked[0]?.message).toBe("It resolves through a/b:prod, which is blocked.");
    expect(made.summary).toEqual({ create: 0, update: 0, delete: 0, unchanged: 1, blocked: 2 });
  });
});

describe("what the remote has and no file declares", () => {
  test("is named and left alone, in order; versions and externals are not even named", () => {
    const there = { "z/y:old": "x", "a/b:v1": "one", "research/c:stable": "c", "a/b:gone": "one!" };
    const made = planOf({ "a/b:latest": "one" }, { ...there, "a/b:latest": "one" });
    expect(made.undeclared).toEqual(["a/b:gone", "z/y:old"]);
    expect(made.changes).toEqual([]);
  });

  test("may have any name: it stops no plan", () => {
    const foreign = ["", ":", "UPPER/case:x", "no-slash", "a/b/c:d:e", "\u001b[31m", "__proto__", "a/b"];
    const there = Object.fromEntries(foreign.map((name) => [name, "x"]));
    const made = planOf({ "a/b:latest": "x" }, there);
    expect(changesOf(made)).toEqual(["create a/b:latest: nothing → x"]);
    expect(made.undeclared).toHaveLength(Object.keys(there).length);
  });
});

describe("what is to be pruned", () => {
  const there = { "a/b:gone": "one", "a/b:prod": "one", "z/y:old": "two", "a/b:v1": "one" };

  test("is deleted in the order of all names, and not named as undeclared any more", () => {
    const made = planOf({ "a/b:new": "one", "a/b:prod": "two" }, there, { prune: ["z/y:old", "a/b:gone"] });
    expect(changesOf(made)).toEqual([
      "delete a/b:gone: one → nothing",
      "create a/b:new: nothing → one",
      "update a/b:prod: one → two",
      "delete z/y:old: two → nothing",
    ]);
    expect(made.undeclared).toEqual([]);
    expect(made.summary.delete).toBe(2);
  });

  test("is never a version, an external, a declared or a locked one, nor what is not there", () => {
    const others = { ...there, "research/c:stable": "one", "a/b:held": "one!", "a/b:audit": "one!" };
    const declared = { "a/b:prod": "one", "a/b:audit": { target: "one", locked: true } };
    const made = planOf(declared, others, { prune: [...Object.keys(others), "a/b:away"] });
    expect(changesOf(made)).toEqual(["delete a/b:gone: one → nothing", "delete z/y:old: two → nothing"]);
    expect(made.warnings).toEqual([
      "No longer declared, and not deleted since it is locked on the remote: a/b:held.",
    ]);
  });

  test("is only what the plan is narrowed to", () => {
    const held = { ...there, "a/b:held": "one!" };
    const made = planOf({ "a/b:prod": "one" }, held, { prune: Object.keys(held), only: ["z/y:old"] });
    expect(changesOf(made)).toEqual(["delete z/y:old: two → nothing"]);
    expect(made.warnings).toEqual([]);
  });
});

describe("NAME… narrows a plan", () => {
  const declared = { "a/b:eu": "a/b:prod", "a/b:prod": "a/b:v2", "a/b:us": "a/b:v9" };
  const there = { "a/b:v2": "two", "x/y:old": "x" };

  test("to these names: what else differs is neither planned, nor blocked, nor named, nor counted", () => {
    const made = planOf(declared, there, { only: ["a/b:eu"] });
    expect(changesOf(made)).toEqual(["create a/b:eu: nothing → two via a/b:prod a/b:v2"]);
    expect([made.blocked, made.undeclared]).toEqual([[], []]);
    expect(made.summary).toEqual({ create: 1, update: 0, delete: 0, unchanged: 0, blocked: 0 });
  });

  test("and what stands as declared is counted of them alone", () => {
    const both = { "a/b:eu": "two", "a/b:prod": "two" };
    expect(planOf(both, both, { only: ["a/b:eu"] }).summary.unchanged).toBe(1);
  });

  test("and what blocks one of them is still said", () => {
    expect(planOf(declared, there, { only: ["a/b:us"] }).blocked).toHaveLength(1);
  });

  test("to none of them", () => {
    expect(changesOf(planOf(declared, there, { only: [] }))).toEqual([]);
  });
});

describe("a plan warns", () => {
  test("of an empty listing, so that nobody creates everything anew by mistake", () => {
    expect(planOf({ "a/b:latest": "x" }, {}).warnings).toEqual([
      "The listing of production is empty. If it should not be, check its URL and what its token may see before you sync.",
    ]);
    expect(planOf({}, {}).warnings).toEqual([]);
    expect(planOf({ "a/b:cd": "one" }, {}, { hasToken: false }).warnings).toEqual([
      "The listing of production is empty. If it should not be, check that it is the right registry before you sync.",
    ]);
  });

  test("of an id that no pointer there leads to", () => {
    const there = { "a/b:v1": "one" };
    expect(planOf({ "a/b:cd": "one", "a/b:latest": "typo" }, there).warnings).toEqual([
      "a/b:latest targets the id typo, which no pointer on the remote leads to: is it right?",
    ]);
  });

  test("of such an id once, by the pointer that has it in its file", () => {
    const chained = { "a/b:canary": "a/b:latest", "a/b:latest": "typo", "a/b:prod": "a/b:canary" };
    expect(planOf(chained, { "a/b:v1": "one" }).warnings).toEqual([
      "a/b:latest targets the id typo, which no pointer on the remote leads to: is it right?",
    ]);
    const long = Object.fromEntries(Array.from({ length: 110 }, (_, at) => [`a/b:t${at}`, `a/b:t${at + 1}`]));
    const { warnings } = planOf({ ...long, "a/b:t110": "typo" }, { "a/b:v1": "one" });
    expect(warnings).toEqual([expect.stringMatching(/^a\/b:t110 targets the id typo/)]);
  });

  test("of an id that is a tag of the pipeline, with the name that was meant", () => {
    expect(planOf({ "a/b:latest": "v1" }, { "a/b:v1": "one" }).warnings).toEqual([
      "a/b:latest targets the id v1, which no pointer on the remote leads to: did you mean a/b:v1?",
    ]);
    const [warning] = planOf({ "a/b:latest": "stable", "a/b:stable": "one" }, { "a/b:v1": "one" }).warnings;
    expect(warning).toMatch(/did you mean a\/b:stable\?$/);
  });

  test("of nothing where the id stands already", () => {
    expect(planOf({ "a/b:latest": "old" }, { "a/b:latest": "old" }).warnings).toEqual([]);
  });
});

test("a plan names the versions of its ids, and no others", () => {
  const there = { "a/b:v1": "one", "a/b:v2": "two", "a/b:v3": "three", "a/b:latest": "one", "x/y:cd": "two" };
  expect(planOf({ "a/b:latest": "a/b:v2" }, there).versions).toEqual({ one: "a/b:v1", two: "a/b:v2" });
});

test("a plan is JSON of its schema, with and without a commit", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../schemas/plan.schema.json", import.meta.url), "utf8"),
  ) as object;
  const validate = new Ajv2020().compile(schema);
  const declared: Declared = {
    "a/b:eu": "a/b:prod",
    "a/b:prod": "a/b:v2",
    "a/b:us": "a/b:v9",
    "a/b:audit": { target: "two", locked: true },
    "a/b:hand": "two",
    "a/b:follows": "a/b:hand",
    "a/b:base": "research/c:stable",
  };
  const there = { "a/b:v2": "two", "x/y:old": "x", "a/b:hand": "one!", "a/b:prod": "one" };
  const made = planOf(declared, there);
  expect(new Set(made.blocked.map(({ reason }) => reason)).size).toBe(4);
  for (const one of [made, { ...made, commit: null }, planOf({}, {})]) {
    const back: unknown = JSON.parse(JSON.stringify(one));
    expect(back).toEqual(one);
    validate(back);
    expect(validate.errors).toBeNull();
  }
});
