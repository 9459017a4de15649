import { afterEach, describe, expect, it } from "vitest";
import { sync } from "../../src/sync/sync.ts";
import { planOf, valuesOf } from "./plan-of.ts";
import { openWorld, type FaultOf, type World } from "./world.ts";

let world: World;
afterEach(() => world.close());

const foreign = ["Weird Name", "a/b/c:x", "UPPER/x:y", "team/p1:tag one", "\u001b[31m:x", ":", ""];

/** Fails every third write, loses every tenth answer, and is too busy now and then. */
const unwell: FaultOf = ({ method }, { requests, writes }) => {
  if (requests % 37 === 0) return "busy";
  if (method !== "GET" && writes % 3 === 0) return "fail";
  return requests % 10 === 0 ? "drop" : "none";
};

/** 240 pointers in 12 families: a third to create, a third to move, a sixth each to lock and delete. */
function wishes({ to }: World) {
  const old: Record<string, ReturnType<World["to"]>> = {};
  const desired: Record<string, ReturnType<World["to"]> | null> = {};
  for (let i = 0; i < 240; i += 1) {
    const name = `team/p${i % 12}:tag-${i}`;
    if (i % 3 !== 0) old[name] = to(0, i % 6 === 1);
    desired[name] = i % 6 === 5 ? null : to(1, i % 6 === 1 || i % 6 === 3);
  }
  return { old, desired };
}

describe.each([
  ["a vendor's registry", false],
  ["a registry that compares and sets", true],
])("%s that fails every third write, loses every tenth answer and is often too busy", (_, extended) => {
  it("ends with every pointer right or reported, none wrong; a second sync completes it, a third writes nothing", async () => {
    world = await openWorld({ foreign, extended });
    const { old, desired } = wishes(world);
    await world.seed(old);
    const names = Object.keys(desired);
    const plan = await planOf(world.remote, desired);
    expect(plan.changes).toHaveLength(240);
    world.setFaults(unwell);
    const report = await sync(plan, world.remote, { delay: 2 });

    const now = await valuesOf(world.direct, names);
    for (const { pointer, status, before, after, reason } of report.results) {
      if (status === "applied") expect(now[pointer]).toEqual(after);
      else if (reason === "gave-up") expect(now[pointer]).toEqual(before);
      expect([before, after, { ...after, locked: false }]).toContainEqual(now[pointer]);
    }
    expect(report.results.map(({ pointer }) => pointer)).toEqual(names);
    expect(report.summary.applied).toBeGreaterThan(200);
    expect(world.pauses.length).toBeGreaterThan(0);

    const again = await sync(await planOf(world.remote, desired), world.remote, { delay: 2 });
    expect(again.summary.failed).toBe(0);
    expect(await valuesOf(world.direct, names)).toEqual(desired);

    world.setFaults(() => "none");
    const writes = world.proxy.writes().length;
    const third = await sync(await planOf(world.remote, desired), world.remote);
    expect(third.summary).toEqual({ applied: 0, skipped: 0, failed: 0, unchanged: 240 });
    expect(world.proxy.writes()).toHaveLength(writes);
    expect(await valuesOf(world.direct, foreign)).toEqual(
      Object.fromEntries(foreign.map((name) => [name, null])),
    );
  });

  it("gives the same with nothing wrong and 300 pointers in exactly 300 writes", async () => {
    world = await openWorld({ foreign, extended });
    const desired = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`team/p${i % 12}:tag-${i}`, world.to(i % 4)]),
    );
    const report = await sync(await planOf(world.remote, desired), world.remote);
    expect(report.summary).toEqual({ applied: 300, skipped: 0, failed: 0, unchanged: 0 });
    expect(world.proxy.writes()).toHaveLength(300);
    expect(await valuesOf(world.direct, Object.keys(desired))).toEqual(desired);
  });
});

it("all is applied at the rate that a registry takes, and nothing is asked twice", async () => {
  world = await openWorld({ retryAfter: "0.05" });
  const desired = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`team/p:tag-${i}`, world.to(i % 4)]),
  );
  const plan = await planOf(world.remote, desired);
  let left = 2;
  const refill = setInterval(() => (left = 2), 50);
  const reads: string[] = [];
  world.setFaults(({ method, url }) => {
    if (method === "GET") reads.push(url);
    return left-- > 0 ? "none" : "busy";
  });
  const report = await sync(plan, world.remote);
  clearInterval(refill);
  expect(report.summary).toEqual({ applied: 40, skipped: 0, failed: 0, unchanged: 0 });
  expect(await valuesOf(world.direct, Object.keys(desired))).toEqual(desired);
  // One listing of the family, before the first write.
  expect(reads).toHaveLength(1);
  // Those of the beginning, and one or two for each pause: not all sixteen each time.
  expect(world.proxy.writes().length).toBeLessThan(40 + 16 + 2 * 20 + 20);
});
