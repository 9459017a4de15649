import { describe, expect, it } from "vitest";
import { readAhead } from "../../src/history/read-ahead.ts";

/** The numbers from 0 on, and how many of them were asked for. */
function numbers(count = Infinity) {
  const seen = { asked: 0, isEnded: false };
  async function* items(): AsyncGenerator<number> {
    try {
      while (seen.asked < count) yield seen.asked++;
    } finally {
      seen.isEnded = true;
    }
  }
  return { items: items(), seen };
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("what is made ahead of items", () => {
  it("comes in their order, whichever is ready first", async () => {
    const slowFirst = async (number: number) => {
      await new Promise((resolve) => setTimeout(resolve, number === 0 ? 10 : 0));
      return number * 2;
    };
    const made: number[] = [];
    for await (const one of readAhead(numbers(5).items, slowFirst, 3)) made.push(one);
    expect(made).toEqual([0, 2, 4, 6, 8]);
  });

  it("is begun before anybody asks, but only so much of it, and goes on where some was taken", async () => {
    const { items, seen } = numbers();
    const made = readAhead(items, (number) => Promise.resolve(number), 3);
    await soon();
    expect(seen.asked).toBe(3);
    for await (const one of made) {
      await soon();
      expect(seen.asked).toBe(one + 4);
      if (one === 4) break;
    }
    expect(seen.isEnded).toBe(true);
  });

  it("ends with what went wrong, behind all that went before it", async () => {
    const { items, seen } = numbers();
    const made: number[] = [];
    const read = async () => {
      const failing = (number: number) =>
        number === 2 ? Promise.reject(new Error("two")) : Promise.resolve(number);
      for await (const one of readAhead(items, failing, 8)) made.push(one);
    };
    await expect(read()).rejects.toThrow("two");
    expect(made).toEqual([0, 1]);
    expect(seen.isEnded).toBe(true);
  });

  it("ends where nobody will come to read it", async () => {
    const { items, seen } = numbers();
    const made = readAhead(items, () => Promise.reject(new Error("never told")), 2);
    await soon();
    await made.stop();
    expect(seen.isEnded).toBe(true);
  });
});
