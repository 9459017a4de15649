import { expect, test } from "vitest";
import { type Ask, GroupedReads } from "../../../src/registry/store/grouped-reads.ts";

const byName = { sql: "SELECT name FROM t WHERE name = $1", writes: false, isHot: true, bind: () => [] };

/** Reads whose statements are answered when the test says so. */
function someReads() {
  const asked: { readonly keys: unknown; readonly answer: (rows: object[]) => void }[] = [];
  const ask: Ask = (_sql, [keys]) => new Promise((answer) => asked.push({ keys, answer }));
  return { reads: new GroupedReads<{ name: string }>(byName, ask), asked };
}

test("what is asked at about the same time is one statement, and each has its own answer", async () => {
  const { reads, asked } = someReads();
  const answers = ["a", "b", "a", "c"].map((key) => reads.first(key));
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]?.keys).toEqual(["a", "b", "a", "c"]);
  asked[0]?.answer([
    { name: "c", nth: 4 },
    { name: "a", nth: 1 },
    { name: "a", nth: 3 },
  ]);
  expect((await Promise.all(answers)).map((row) => row?.name)).toEqual(["a", undefined, "a", "c"]);
});

test("two statements that never end hold up nobody for long", async () => {
  const { reads, asked } = someReads();
  for (const key of ["a", "b"]) {
    void reads.first(key);
    await expect.poll(() => asked.at(-1)?.keys).toBe(key);
  }
  const answers = ["c", "d"].map((key) => reads.first(key));
  await expect.poll(() => asked.length, { timeout: 5000 }).toBe(3);
  asked[2]?.answer([
    { name: "c", nth: 1 },
    { name: "d", nth: 2 },
  ]);
  expect((await Promise.all(answers)).map((row) => row?.name)).toEqual(["c", "d"]);
});
