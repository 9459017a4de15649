import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import type { Limit } from "../../src/model/policy.ts";
import { guardOf } from "../../src/plan/guard.ts";

const count = (number: number): Limit => ({ count: number });
const percent = (number: number): Limit => ({ percent: number });

function guard(
  sums: { delete?: number; update?: number; create?: number },
  owned: number,
  limits: { maxDeletes?: Limit; maxUpdates?: Limit } = {},
): string | null {
  const summary = { create: 0, update: 0, delete: 0, unchanged: 0, blocked: 0, ...sums };
  const plan: Pick<Plan, "summary"> = { summary };
  return guardOf(plan as Plan, { maxDeletes: null, maxUpdates: null, ...limits }, owned);
}

describe("without settings", () => {
  test.each([
    [10, 20, true],
    [11, 20, false],
    [11, 110, true],
    [11, 119, true],
    [12, 119, false],
    [100, 1000, true],
    [101, 1000, false],
    [1, 0, true],
  ])("%i deletes of %i are let through: %s", (deletes, owned, isAllowed) => {
    expect(guard({ delete: deletes }, owned) === null).toBe(isAllowed);
  });

  test("updates and creates are unlimited", () => {
    expect(guard({ update: 5000, create: 5000 }, 5000)).toBeNull();
  });
});

describe("with a setting", () => {
  test.each([
    ["a count", { maxDeletes: count(3) }, { delete: 3 }, 100, true],
    ["a count", { maxDeletes: count(3) }, { delete: 4 }, 100, false],
    ["a count of none", { maxDeletes: count(0) }, { delete: 1 }, 100, false],
    ["a share", { maxDeletes: percent(50) }, { delete: 10 }, 20, true],
    ["a share", { maxDeletes: percent(50) }, { delete: 11 }, 20, false],
    ["a share, rounded down", { maxDeletes: percent(50) }, { delete: 2 }, 3, false],
    ["a share of all", { maxDeletes: percent(100) }, { delete: 20 }, 20, true],
    ["updates", { maxUpdates: count(3) }, { update: 3 }, 100, true],
    ["updates", { maxUpdates: count(3) }, { update: 4 }, 100, false],
    ["updates, creates not counted", { maxUpdates: count(3) }, { create: 40 }, 100, true],
  ])("%s: %o, %o of %i: %s", (_, limits, sums, owned, isAllowed) => {
    expect(guard(sums, owned, limits) === null).toBe(isAllowed);
  });
});

test("the message has both numbers, what counted, and both ways past it", () => {
  expect(guard({ delete: 11 }, 20)).toBe(
    "This would delete 11 pointers, and 10 may be: 10, or 10 % of the 20 that are ours, whichever is more. " +
      "If it is meant, give --force-guards, or set guards.max_deletes in pointsman.yaml.",
  );
  expect(guard({ update: 2 }, 20, { maxUpdates: percent(5) })).toContain(
    "update 2 pointers, and 1 may be: 5 % of the 20 that are ours, by the config",
  );
});

test("every guard that trips is told", () => {
  const both = guard({ delete: 2, update: 2 }, 10, { maxDeletes: count(1), maxUpdates: count(1) });
  expect(both).toContain("max_deletes");
  expect(both).toContain("max_updates");
});
