import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import type { Desired, PointerValue } from "../../src/model/pointer.ts";
import type { Current } from "../../src/plan/current.ts";
import { difference } from "../../src/plan/difference.ts";
import { plan } from "../../src/plan/plan.ts";
import { isSame } from "../../src/pointer/is-same.ts";
import { checkDesired } from "../../src/rules/check.ts";
import { type Declared, desiredOf } from "./desired-of.ts";

const remote = { name: "production", url: "https://registry.example.com" };
const families = ["acme/ocr", "acme/ranker"];
const tags = ["latest", "stable", "prod", "eu", "us"];
const names = families.flatMap((family) => tags.map((tag) => `${family}:${tag}`));
const externals = ["research/base:stable", "research/other:stable"];
const versions = families.flatMap((family) => ["v1", "v2", "v3"].map((tag) => `${family}:${tag}`));
const id = fc.constantFrom("pipeline_1", "pipeline_2", "pipeline_3", "constructor");

/** Declarations without problems: each chain goes to a later name, so that none goes round. */
const declared: fc.Arbitrary<Declared> = fc.shuffledSubarray(names).chain((chosen) =>
  fc
    .tuple(
      ...chosen.map((_, index) =>
        fc.oneof(
          fc.record({ target: fc.oneof(id, fc.constantFrom(...versions)), locked: fc.boolean() }),
          fc
            .constantFrom(...chosen.slice(index + 1), ...externals)
            .map((target) => ({ target, locked: false })),
        ),
      ),
    )
    .map((values) => Object.fromEntries(chosen.map((name, index) => [name, values[index]!]))),
);

const value: fc.Arbitrary<PointerValue> = fc.record({
  pipeline: id,
  locked: fc.boolean(),
});
const current: fc.Arbitrary<Current> = fc
  .dictionary(fc.constantFrom(...names, ...versions, ...externals, "Foreign name", "x:y:z"), value, {
    maxKeys: 14,
  })
  .map((values) => new Map(Object.entries(values)));
const once = fc.subarray(names).map((some) => new Set(some));
const input = fc.record({ declared, current, once });

/** A chain's end by the words of the contract, one step at a time. */
function resolve(target: string, desired: Desired, there: Current): string | null {
  if (!target.includes(":")) return target;
  const next = desired.pointers.get(target);
  return next === undefined ? (there.get(target)?.pipeline ?? null) : resolve(next.target, desired, there);
}

function apply({ changes }: Plan, there: Current): Map<string, PointerValue> {
  const after = new Map(there);
  for (const { pointer, before, after: wanted } of changes) {
    expect(isSame(there.get(pointer) ?? null, before)).toBe(true);
    if (wanted === null) after.delete(pointer);
    else after.set(pointer, wanted);
  }
  return after;
}

function planFor(desired: Desired, there: Current, locked: ReadonlySet<string>): Plan {
  return plan({ desired, current: there, remote, wasDeclaredLocked: (pointer) => locked.has(pointer) });
}

describe("for any desired and any current", () => {
  test("the desired ones of these tests have no problems", () => {
    fc.assert(
      fc.property(declared, (some) => {
        expect(checkDesired(desiredOf(some)).filter(({ rule }) => rule !== "path")).toEqual([]);
      }),
    );
  });

  test("applying plan(desired, current) to current gives desired, but for what it blocks; nothing else moves", () => {
    fc.assert(
      fc.property(input, ({ declared: some, current: there, once: locked }) => {
        const desired = desiredOf(some);
        const made = planFor(desired, there, locked);
        const after = apply(made, there);
        const blocked = new Set(made.blocked.map(({ pointer }) => pointer));
        for (const { pointer, target, locked: isLocked } of desired.pointers.values()) {
          if (blocked.has(pointer)) expect(after.get(pointer)).toEqual(there.get(pointer));
          else
            expect(after.get(pointer)).toEqual({
              pipeline: resolve(target, desired, there),
              locked: isLocked,
            });
        }
        for (const name of new Set([...there.keys(), ...after.keys()])) {
          if (!desired.pointers.has(name)) expect(after.get(name)).toEqual(there.get(name));
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("planning again gives nothing, and blocks the same", () => {
    fc.assert(
      fc.property(input, ({ declared: some, current: there, once: locked }) => {
        const desired = desiredOf(some);
        const made = planFor(desired, there, locked);
        const again = planFor(desired, apply(made, there), locked);
        expect(again.changes).toEqual([]);
        expect(again.blocked).toEqual(made.blocked);
        expect(again.undeclared).toEqual(made.undeclared);
      }),
      { numRuns: 1000 },
    );
  });

  test("every declared pointer is counted once: changed, unchanged or blocked", () => {
    fc.assert(
      fc.property(input, ({ declared: some, current: there, once: locked }) => {
        const desired = desiredOf(some);
        const { changes, blocked, summary } = planFor(desired, there, locked);
        const said = [...changes, ...blocked].map(({ pointer }) => pointer);
        expect(new Set(said).size).toBe(said.length);
        expect(said.length + summary.unchanged).toBe(desired.pointers.size);
        expect(summary.create + summary.update + summary.delete).toBe(changes.length);
      }),
    );
  });

  test("the order of files and of the listing changes nothing", () => {
    fc.assert(
      fc.property(
        input.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(Object.entries(all.declared), {
              minLength: Object.keys(all.declared).length,
            }),
            fc.shuffledSubarray([...all.current], { minLength: all.current.size }),
          ),
        ),
        ([{ declared: some, current: there, once: locked }, otherFiles, otherListing]) => {
          const made = planFor(desiredOf(some), there, locked);
          const other = planFor(desiredOf(Object.fromEntries(otherFiles)), new Map(otherListing), locked);
          expect(JSON.stringify(other)).toBe(JSON.stringify(made));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("narrowed to names, a plan has of the whole one what is of these names", () => {
    fc.assert(
      fc.property(input, fc.subarray(names), ({ declared: some, current: there, once: locked }, only) => {
        const whole = planFor(desiredOf(some), there, locked);
        const narrow = plan({
          desired: desiredOf(some),
          current: there,
          remote,
          only: new Set(only),
          wasDeclaredLocked: (pointer) => locked.has(pointer),
        });
        expect(narrow.changes).toEqual(whole.changes.filter(({ pointer }) => only.includes(pointer)));
        expect(narrow.blocked).toEqual(whole.blocked.filter(({ pointer }) => only.includes(pointer)));
      }),
    );
  });
});

describe("for any two commits", () => {
  /** Where each pointer leads by the files alone. */
  function ends(desired: Desired): Map<string, string> {
    const end = (target: string): string => {
      const next = desired.pointers.get(target);
      return next === undefined ? target : end(next.target);
    };
    return new Map(
      [...desired.pointers.values()].map(({ pointer, target, locked }) => [
        pointer,
        `${end(target)} ${locked}`,
      ]),
    );
  }

  test("the difference is empty just where every pointer ends up the same, and names those that do not", () => {
    fc.assert(
      fc.property(declared, fc.oneof(declared, fc.constant(null)), (a, b) => {
        const [base, head] = [desiredOf(a), desiredOf(b ?? a)];
        const [before, after] = [ends(base), ends(head)];
        const all = [...new Set([...before.keys(), ...after.keys()])].sort();
        expect(difference(base, head).map(({ pointer }) => pointer)).toEqual(
          all.filter((name) => before.get(name) !== after.get(name)),
        );
      }),
      { numRuns: 500 },
    );
  });
});
