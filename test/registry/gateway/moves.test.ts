import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { aContainer, answers } from "./a-container.ts";
import { aGateway, outputOf } from "./a-gateway.ts";

test("a run that began before a move ends on the old pipeline, and the next goes to the new", async () => {
  let held!: ServerResponse;
  const old = await aContainer((response) => void (held = response));
  const fresh = await aContainer(answers("new"));
  const { run, move, ids } = await aGateway([[old.url], [fresh.url]]);
  const before = run();
  const got = await old.gets(1);
  await move(ids[1]!);
  const after = await run();
  expect([after.body.pipeline_id, outputOf(after)]).toEqual([ids[1], "new"]);
  answers("old")(held, got);
  const late = await before;
  expect([late.body.pipeline_id, outputOf(late)]).toEqual([ids[0], "old"]);
});

test("callers at a steady rate notice nothing of 100 moves but who answers", async () => {
  const versions = ["v1", "v2", "v3"];
  const containers = await Promise.all(versions.map((version) => aContainer(answers(version))));
  const { run, move, ids } = await aGateway(containers.map(({ url }) => [url]));

  /** What the pointer named, from when on at the earliest and until when at the latest; milliseconds. */
  const named = [{ id: ids[0]!, from: 0, until: Number.POSITIVE_INFINITY }];
  const answered: { start: number; end: number; status: number; id: string; output: unknown }[] = [];
  const moving = new AbortController();
  async function caller(): Promise<void> {
    while (!moving.signal.aborted) {
      const start = performance.now();
      const answer = await run({ inputs: [{ type: "string", value: "hi" }] });
      const end = performance.now();
      answered.push({
        start,
        end,
        status: answer.status,
        id: answer.body.pipeline_id,
        output: outputOf(answer),
      });
    }
  }
  const callers = Array.from({ length: 8 }, caller);
  for (let moves = 1; moves <= 100; moves += 1) {
    const id = ids[moves % ids.length]!;
    const from = performance.now();
    const { status } = await move(id);
    expect(status).toBe(200);
    named.at(-1)!.until = performance.now();
    named.push({ id, from, until: Number.POSITIVE_INFINITY });
    // A few runs between two moves.
    for (const enough = answered.length + 4; answered.length < enough;) await new Promise(setImmediate);
  }
  moving.abort();
  await Promise.all(callers);

  expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
  const wrong = answered.filter(
    ({ start, end, id, output }) =>
      output !== versions[ids.indexOf(id)] ||
      !named.some((one) => one.id === id && one.from <= end && one.until >= start),
  );
  expect(wrong).toEqual([]);
  expect(new Set(answered.map(({ output }) => output))).toEqual(new Set(versions));
  expect(answered.length).toBeGreaterThanOrEqual(400);
  // Each run reached one container, once.
  const got = containers.flatMap((container) => container.got.map(({ body }) => body.run_id));
  expect([got.length, new Set(got).size]).toEqual([answered.length, answered.length]);
});
