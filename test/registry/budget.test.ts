import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget, type Share } from "../../src/registry/budget.ts";

const kib = 1024;
const never = () => undefined;

test("gives at once what is there, and nothing to who comes before others that wait", async () => {
  const budget = new Budget(1000 * kib);
  const first = budget.take(600 * kib);
  expect(budget.take(600 * kib)).toBeNull();
  expect(budget.take(budget.uncounted)).not.toBeNull();
  const waiting = budget.wait(600 * kib, never);
  expect(budget.take(300 * kib)).toBeNull();
  first?.free();
  (await waiting).keep(1);
  expect(budget.take(900 * kib)).not.toBeNull();
});

test("what is larger than all of it is there alone", async () => {
  const budget = new Budget(1000 * kib);
  const small = budget.take(300 * kib);
  const granted: string[] = [];
  const large = budget.wait(5000 * kib, never).then((share) => {
    granted.push("large");
    return share;
  });
  await Promise.resolve();
  expect(granted).toEqual([]);
  small?.free();
  const share = await large;
  expect(budget.take(300 * kib)).toBeNull();
  share.free();
  expect(budget.take(1000 * kib)).not.toBeNull();
});

test("who waits no more keeps nobody waiting, and has nothing", async () => {
  const budget = new Budget(1000 * kib);
  const first = budget.take(600 * kib);
  let end = never;
  const ended = budget.wait(900 * kib, (given) => (end = given as typeof never));
  const second = budget.wait(300 * kib, never);
  end();
  (await ended).free();
  (await second).free();
  expect(budget.take(500 * kib)).toBeNull();
  first?.free();
  end();
  expect(budget.take(1000 * kib)).not.toBeNull();
});

test("never gives more than there is, and everybody has his turn, in order", async () => {
  const uses = fc.array(fc.record({ bytes: fc.nat(1500), kept: fc.nat(1500), after: fc.nat(5) }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(uses, async (asked) => {
      const budget = new Budget(1000 * kib);
      const order: number[] = [];
      let held = 0;
      const hold = async (share: Share, bytes: number, { kept, after }: (typeof asked)[number]) => {
        held += bytes;
        expect(held).toBeLessThanOrEqual(1000 * kib);
        for (let turn = 0; turn < after; turn += 1) await new Promise(setImmediate);
        const less = Math.min(bytes, kept * kib);
        held -= bytes - less;
        share.keep(kept * kib);
        await Promise.resolve();
        held -= less;
        share.free();
        share.free();
      };
      await Promise.all(
        asked.map(async (use, at) => {
          const share = await budget.wait(use.bytes * kib, never);
          const counted = use.bytes * kib > budget.uncounted;
          if (counted) order.push(at);
          await hold(share, counted ? Math.min(use.bytes, 1000) * kib : 0, use);
        }),
      );
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(budget.take(1000 * kib)).not.toBeNull();
    }),
  );
});
