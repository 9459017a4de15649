import { describe, expect, test } from "vitest";
import type { Action, Cause, Change, Plan } from "../../src/model/plan.ts";
import type { OnDrift } from "../../src/model/policy.ts";
import { plan } from "../../src/plan/plan.ts";
import { settle } from "../../src/plan/settle.ts";
import { desiredOf } from "./desired-of.ts";

const one = { pipeline: "one", locked: false };
const remote = { name: "production", url: "https://registry.example.com" };
/** `:eu` follows `:prod`, which follows `:stable`; `:gone` is to go, and `:lost` lacks its version. */
const desired = desiredOf({
  "a/b:eu": "a/b:prod",
  "a/b:lost": "a/b:v9",
  "a/b:prod": "a/b:stable",
  "a/b:stable": "two",
  "a/b:us": "two",
});
const current = new Map(["eu", "prod", "stable", "us", "gone"].map((tag) => [`a/b:${tag}`, one]));
const prune = new Set(["a/b:gone"]);
const draft = plan({ desired, current, remote, prune, wasDeclaredLocked: () => false });

function settled(
  causes: Readonly<Record<string, Cause["kind"]>>,
  { onDrift = "overwrite", isExplicit = false, superseded = {} }: Options = {},
): Plan {
  return settle(draft, {
    causes: new Map(Object.entries(causes).map(([tag, kind]) => [`a/b:${tag}`, { kind }])),
    superseded: new Map(Object.entries(superseded).map(([tag, commit]) => [`a/b:${tag}`, commit])),
    onDrift,
    isExplicit,
    desired,
  });
}

interface Options {
  readonly onDrift?: OnDrift;
  readonly isExplicit?: boolean;
  readonly superseded?: Readonly<Record<string, string>>;
}

const tagsOf = (some: readonly { pointer: string }[]): string =>
  some.map(({ pointer }) => pointer.replace("a/b:", "")).join(" ");

describe("a pointer that somebody moved by hand, or may have", () => {
  test.each<[Cause["kind"], OnDrift, boolean, Action, boolean]>([
    ["drift", "overwrite", false, "update", true],
    ["drift", "overwrite", false, "delete", false],
    ["drift", "overwrite", true, "delete", true],
    ["drift", "keep", true, "update", false],
    ["drift", "fail", true, "update", false],
    ["drift", "keep", true, "delete", false],
    ["unknown", "overwrite", false, "update", true],
    ["unknown", "overwrite", false, "delete", false],
    ["unknown", "keep", false, "update", false],
    ["behind", "keep", false, "update", true],
    ["behind", "keep", false, "delete", true],
    ["ahead", "fail", false, "update", true],
    ["external", "fail", false, "update", true],
  ])(
    "of cause %s, with on_drift %s, explicit %s: %s is done: %s",
    (kind, onDrift, isExplicit, action, isDone) => {
      const tag = action === "delete" ? "gone" : "us";
      const causes = {
        eu: "behind",
        prod: "behind",
        stable: "behind",
        us: "behind",
        gone: "behind",
      } as const;
      const { changes, blocked, summary } = settled({ ...causes, [tag]: kind }, { onDrift, isExplicit });
      expect(changes.some(({ pointer }) => pointer === `a/b:${tag}`)).toBe(isDone);
      expect(tagsOf(blocked)).toBe(isDone ? "lost" : tag === "us" ? "lost us" : "gone lost");
      expect(summary).toMatchObject({
        update: action === "update" && !isDone ? 3 : 4,
        blocked: isDone ? 1 : 2,
      });
    },
  );

  test("blocks what follows it, once each", () => {
    const causes = { eu: "drift", prod: "behind", stable: "drift", us: "behind", gone: "behind" } as const;
    const { changes, blocked } = settled(causes, { onDrift: "keep" });
    expect(tagsOf(changes)).toBe("gone us");
    expect(blocked.map(({ pointer, reason }) => `${pointer} ${reason}`)).toEqual([
      "a/b:eu drift",
      "a/b:lost missing-version",
      "a/b:prod depends-on-blocked",
      "a/b:stable drift",
    ]);
  });

  test("is said to be locked, unlocked or moved by hand", () => {
    const said = (before: Change["before"], after: Change["after"]): string | undefined => {
      const change: Change = {
        action: "update",
        pointer: "a/b:us",
        before,
        after,
        via: [],
        cause: { kind: "drift" },
      };
      const options = {
        causes: new Map(),
        superseded: new Map<string, string>(),
        isExplicit: false,
        desired,
      };
      const { blocked } = settle(
        { ...draft, changes: [change], blocked: [] },
        { ...options, onDrift: "keep" },
      );
      return blocked[0]?.message.split(":")[0];
    };
    const locked = { ...one, locked: true };
    expect(said(locked, one)).toBe("It was locked by hand");
    expect(said(one, locked)).toBe("It was unlocked by hand");
    expect(said(one, { ...one, pipeline: "two" })).toBe("It was moved by hand to one");
  });
});

test("what a newer commit declares otherwise is left out, be it a change or blocked", () => {
  const made = settled({}, { superseded: { us: "2222", lost: "1111" } });
  expect(made.superseded).toEqual([
    { pointer: "a/b:lost", commit: "1111" },
    { pointer: "a/b:us", commit: "2222" },
  ]);
  expect(made.changes.some(({ pointer }) => pointer === "a/b:us")).toBe(false);
  expect(tagsOf(made.blocked)).not.toContain("lost");
});
