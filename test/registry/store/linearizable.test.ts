import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aFolder, aRegistry, upload } from "../a-registry.ts";
import { aDatabase, hasServer } from "./a-database.ts";
import { type Operation, isLinearizable } from "./linearizable.ts";

const read = (start: number, end: number, value: string): Operation => ({
  start,
  end,
  what: { read: value },
});
const set = (start: number, end: number, expected: string, value: string, done = true): Operation => ({
  start,
  end,
  what: { expected, value, done },
});

describe("the checker", () => {
  test.each<[string, Operation[], boolean]>([
    ["nothing", [], true],
    ["a write, then a read of it", [set(0, 1, "a", "b"), read(2, 3, "b")], true],
    ["a write, then a read of what was before", [set(0, 1, "a", "b"), read(2, 3, "a")], false],
    ["a read of either during a write", [set(0, 9, "a", "b"), read(1, 2, "a"), read(3, 4, "b")], true],
    ["a read that goes back during a write", [set(0, 9, "a", "b"), read(1, 2, "b"), read(3, 4, "a")], false],
    ["two that both replaced one value", [set(0, 9, "a", "b"), set(0, 9, "a", "c")], false],
    ["two of which one is refused", [set(0, 9, "a", "b"), set(0, 9, "a", "c", false)], true],
    ["a refusal of what was there all the time", [read(0, 9, "a"), set(1, 2, "a", "b", false)], false],
    ["a value that comes back", [set(0, 9, "a", "b"), set(0, 9, "b", "a"), set(0, 9, "a", "c")], true],
    ["a write that nobody saw before its end", [set(5, 9, "a", "b"), read(0, 4, "b")], false],
    [
      "an order that only fits from behind",
      [set(0, 9, "b", "c"), set(0, 9, "a", "b"), read(10, 11, "c")],
      true,
    ],
  ])("judges %s", (_name, history, expected) => {
    expect(isLinearizable("a", history)).toBe(expected);
  });

  /** What clients of a register that does one call at a time may see: each call is done at a moment of its own. */
  const atomic = fc
    .array(
      fc.record({
        before: fc.double({ min: 0, max: 8, noNaN: true }),
        after: fc.double({ min: 0, max: 8, noNaN: true }),
        expected: fc.option(fc.constantFrom("a", "b", "c")),
        value: fc.constantFrom("a", "b", "c"),
      }),
      { maxLength: 40 },
    )
    .map((calls) => {
      let state = "a";
      return calls.map(({ before, after, expected, value }, moment): Operation => {
        const [start, end] = [moment - before, moment + after];
        if (expected === null) return read(start, end, state);
        const done = expected === state;
        if (done) state = value;
        return set(start, end, expected, value, done);
      });
    });

  test("accepts whatever a register that does one call at a time gives", () => {
    fc.assert(
      fc.property(atomic, (history) => {
        expect(isLinearizable("a", history)).toBe(true);
      }),
    );
  });

  test("refuses a read of a value that was never there, wherever it stands", () => {
    const moment = fc.double({ min: 0, max: 40, noNaN: true });
    fc.assert(
      fc.property(atomic, moment, (history, at) => {
        expect(isLinearizable("a", [...history, read(at, at + 1, "never")])).toBe(false);
      }),
    );
  });
});

/** Eight clients read a pointer and compare-and-set it, some of them with a value that may be old by then. */
async function contend(locations: string[]): Promise<{ initial: string; history: Operation[] }> {
  const replicas = await Promise.all(locations.map((location) => aRegistry(location)));
  const [first] = replicas;
  const versions = await upload(first!.call, "u/p", 4);
  const body = { pointer: "u/p:latest", pointer_or_pipeline_id: versions[0] };
  const initial = (await first!.call("POST", "/v4/pointers", body)).headers.get("etag") ?? "";
  const history: Operation[] = [];

  const client = async (number: number): Promise<void> => {
    const { call } = replicas[number % replicas.length]!;
    const timed = async (...request: Parameters<typeof call>) => {
      const start = performance.now();
      const answer = await call(...request);
      return { start, end: performance.now(), status: answer.status, etag: answer.headers.get("etag") ?? "" };
    };
    let known = initial;
    for (let turn = 0; turn < 25; turn++) {
      if ((turn + number) % 3 === 0) {
        const { start, end, etag } = await timed("GET", "/v4/pointers/u/p:latest");
        history.push(read(start, end, etag));
        known = etag;
        continue;
      }
      const id = versions[(turn * 7 + number) % versions.length]!;
      const target = { pointer_or_pipeline_id: id };
      const { start, end, status } = await timed("PATCH", "/v4/pointers/u/p:latest", target, {
        "if-match": known,
      });
      expect([200, 412]).toContain(status);
      history.push(set(start, end, known, `"${id}"`, status === 200));
      if (status === 200) known = `"${id}"`;
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => client(number)));
  return { initial, history };
}

describe("compare-and-sets of one pointer at once are linearizable", () => {
  const setsOf = (history: Operation[], done: boolean) =>
    history.filter(({ what }) => "done" in what && what.done === done).length;

  test("on SQLite", async () => {
    const { initial, history } = await contend([await aFolder()]);
    expect(isLinearizable(initial, history)).toBe(true);
    for (const done of [true, false]) expect(setsOf(history, done)).toBeGreaterThan(0);
  });

  test.runIf(hasServer)("through two replicas on PostgreSQL", async () => {
    const url = await aDatabase();
    const { initial, history } = await contend([url, url]);
    expect(isLinearizable(initial, history)).toBe(true);
    for (const done of [true, false]) expect(setsOf(history, done)).toBeGreaterThan(0);
  });
});
