import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { Refusal } from "../../../src/registry/refusal.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";
import type { Author, Store } from "../../../src/registry/store/store.ts";
import { conditionOf, etagOf } from "../../../src/wire/etag.ts";
import { aFolder } from "../a-registry.ts";
import { aDatabase, hasServer } from "./a-database.ts";

const author: Author = { token: "token_1", name: "ci\udfff\0", source: { commit: "c\udfff\0" } };
const page = { skip: 0, limit: 1000 };
const numRuns = Number(process.env["POINTSMAN_TEST_EQUAL_RUNS"] ?? 25);

/** One store, and what it called the pipelines that were uploaded to it: ids are random. */
interface Side {
  store: Store;
  /** Of this run alone, so that runs need no stores of their own. */
  readonly username: string;
  /** Of the uploads that acts may name. */
  readonly ids: string[];
  /** Of those made since. */
  readonly made: string[];
}

type Act = (side: Side) => Promise<unknown>;

/** A pipeline's id by the order of uploads; one that never was for an index that is too high. */
const idOf = ({ ids }: Side, index: number): string => ids[index] ?? "pipeline_none";

const index = fc.nat({ max: 4 });
const family = fc.constantFrom("p", "q");
const tag = fc.constantFrom("aa", "bb", "cc", "v1", "v2", "x", "\0\0", "\udfff\udfff", "日本");
const pointer = fc.tuple(family, tag);
type Pointer = readonly [string, string];
const nameOf = ({ username }: Side, [of, tag]: Pointer): string => `${username}/${of}:${tag}`;

const target = fc.oneof(
  index.map((at) => (side: Side) => idOf(side, at)),
  pointer.map((name) => (side: Side) => nameOf(side, name)),
  fc.constantFrom("", "\0", "'; --", "pipeline_\udfff").map((text) => () => text),
);
const only = (ifMatch?: string) => conditionOf({ "if-match": ifMatch });
const expected = fc.option(
  fc.oneof(
    fc.constantFrom("*", "", 'W/"x"').map((header) => () => header),
    fc.tuple(index, fc.boolean()).map(
      ([at, locked]) =>
        (side: Side) =>
          etagOf({ pipeline_id: idOf(side, at), locked }),
    ),
  ),
  { nil: undefined },
);
const patchOfPipeline = fc.constantFrom<Record<string, unknown>>(
  { readme: "\udfff\0", description: null },
  { extras: { endpoints: ["http://localhost:1"] } },
  { extras: { endpoints: [] }, deep: { a: [1e21, -0, "✓"] } },
  { extras: { kept: 2 } },
  { image: "other" },
  { name: "u/other" },
);

const write: fc.Arbitrary<Act> = fc.oneof(
  fc
    .tuple(family, fc.constantFrom("i", "\0", "✓"))
    .map(([of, image]): Act => async ({ store, username, made }) => {
      const pipeline = await store.pipelines.publish(
        { name: `${username}/${of}`, image, extras: { kept: 1 } },
        author,
      );
      made.push(pipeline.id);
      return pipeline;
    }),
  fc.tuple(pointer, target, fc.boolean()).map(([name, target, locked]): Act => (side) => {
    const body = { pointer: nameOf(side, name), pointer_or_pipeline_id: target(side), locked };
    return side.store.pointers.create(body, author);
  }),
  fc
    .tuple(pointer, fc.option(target), fc.option(fc.boolean()), expected)
    .map(([name, target, locked, expected]): Act => (side) => {
      const body = { pointer_or_pipeline_id: target?.(side) ?? null, locked };
      return side.store.pointers.patch(nameOf(side, name), body, author, only(expected?.(side)));
    }),
  fc.tuple(pointer, expected).map(
    ([name, expected]): Act =>
      (side) =>
        side.store.pointers.delete(nameOf(side, name), author, only(expected?.(side))),
  ),
  fc.tuple(index, fc.boolean()).map(
    ([at, force]): Act =>
      (side) =>
        side.store.pipelines.delete(idOf(side, at), author, { force }),
  ),
  fc.tuple(index, patchOfPipeline).map(
    ([at, patch]): Act =>
      (side) =>
        side.store.pipelines.patch(idOf(side, at), patch, author),
  ),
);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: write },
  target.map(
    (target): Act =>
      (side) =>
        side.store.pointers.resolve(target(side)),
  ),
  fc.tuple(pointer, fc.boolean()).map(
    ([name, deleted]): Act =>
      (side) =>
        side.store.pointers.get(nameOf(side, name), deleted),
  ),
  fc.record({ skip: fc.nat({ max: 3 }), limit: fc.integer({ min: 1, max: 5 }), deleted: fc.boolean() }).map(
    (filter): Act =>
      ({ store, username }) =>
        store.pointers.list({ ...filter, usernames: [username, "no\0body"] }),
  ),
);

/** What an act gives, with ids by the order of uploads and without times. */
async function answerOf(act: Act, side: Side): Promise<string> {
  const answer = await act(side).catch((error: unknown) => {
    if (error instanceof Refusal)
      return { status: error.status, message: error.message, faults: error.faults };
    throw error;
  });
  const named = (id: string): string => `pipeline#${[...side.ids, ...side.made].indexOf(id)}`;
  return (JSON.stringify(answer) ?? "nothing")
    .replaceAll(/pipeline_[0-9a-f]{24}/g, named)
    .replaceAll(/pointer_[0-9a-f]{24}/g, "pointer_…")
    .replaceAll(/"(at|created_at|updated_at)":[\d.]+/g, '"$1":0');
}

/** Each entry of a pointer's audit begins where the one before ended, and the last is where it stands. */
async function expectWholeAudit(side: Side, name: Pointer): Promise<string> {
  const pointer = nameOf(side, name);
  const { data } = await side.store.pointers.history(pointer, page);
  const oldestFirst = data.toReversed();
  expect(oldestFirst.map(({ before }) => before)).toEqual(
    oldestFirst.map((_, at) => oldestFirst[at - 1]?.after ?? null),
  );
  const stands = await side.store.pointers.resolve(pointer);
  expect(data[0]?.after?.pipeline_id).toBe(stands?.pipeline.id);
  return answerOf(async () => data, side);
}

test.runIf(hasServer)(
  "whatever is done, SQLite and PostgreSQL give the same answers and the same audit",
  async () => {
    const stores = [await openStore(await aFolder()), await openStore(await aDatabase())] as const;
    onTestFinished(async () => {
      for (const store of stores) await store.close();
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
        const username = `u${++runs}`;
        const [one, other] = stores.map((store) => aSide(store, username)) as [Side, Side];
        for (const act of acts) {
          expect(await answerOf(act, other)).toBe(await answerOf(act, one));
          nameMade(one, other);
        }
        await expectEqualAudits(one, other);
      }),
      { numRuns },
    );
  },
);

test("writes of one moment, which share a transaction, give what they give one after another", async () => {
  const folder = await aFolder();
  const inTurn = await openStore(await aFolder());
  onTestFinished(() => inTurn.close());
  /** What was created, the last one last. */
  const created = new WeakMap<Side, Pointer[]>();
  const creation = fc
    .tuple(fc.nat({ max: 100_000 }), fc.nat({ max: 2 }))
    .map(([number, at]): Act => (side) => {
      const name: Pointer = ["new", `tag${number}`];
      created.set(side, [...(created.get(side) ?? []), name]);
      const body = { pointer: nameOf(side, name), pointer_or_pipeline_id: idOf(side, at) };
      return side.store.pointers.create(body, author);
    });
  const change = fc
    .tuple(fc.nat({ max: 20 }), fc.nat({ max: 2 }), fc.nat({ max: 5 }))
    .map(([back, at, kind]): Act => (side) => {
      const pointer = nameOf(side, created.get(side)?.at(-1 - back) ?? ["none", "none"]);
      if (kind > 0)
        return side.store.pointers.patch(pointer, { pointer_or_pipeline_id: idOf(side, at) }, author);
      return side.store.pointers.delete(pointer, author);
    });
  // Those that ask for what is not there make the store go another way.
  const plain = fc.oneof({ weight: 4, arbitrary: creation }, change);
  const any = fc.oneof({ weight: 4, arbitrary: creation }, change, write);
  // What many of them change is read for all of them beforehand.
  const changes = fc.oneof({ weight: 8, arbitrary: change }, creation, write);
  const momentOf = (acts: fc.Arbitrary<Act>) => fc.array(acts, { minLength: 1, maxLength: 80, size: "max" });
  const moments = fc.tuple(
    momentOf(plain),
    fc.array(fc.oneof(momentOf(plain), momentOf(any), momentOf(changes)), { minLength: 1, maxLength: 3 }),
  );
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(moments, async ([first, others]) => {
      const username = `u${++runs}`;
      const one = aSide(inTurn, username);
      const other = aSide(inTurn, username);
      // Without a pipeline most of them would do nothing.
      const uploads: Act = ({ store, made }) =>
        store.pipelines
          .publish({ name: `${username}/p`, image: "i" }, author)
          .then(({ id }) => made.push(id));
      for (const acts of [[uploads, uploads, uploads], first, ...others]) {
        // Opened anew each time: a store that found a name taken goes another way for a while.
        const together = await openStore(folder);
        try {
          other.store = together;
          const answers: string[] = [];
          for (const act of acts) answers.push(await answerOf(act, one));
          expect(await Promise.all(acts.map((act) => answerOf(act, other)))).toEqual(answers);
          nameMade(one, other);
          await expectEqualAudits(one, other, created.get(one));
        } finally {
          await together.close();
        }
      }
    }),
    { numRuns },
  );
});

function aSide(store: Store, username: string): Side {
  return { store, username, ids: [], made: [] };
}

function nameMade(...sides: readonly Side[]): void {
  for (const { ids, made } of sides) ids.push(...made.splice(0));
}

async function expectEqualAudits(one: Side, other: Side, more: readonly Pointer[] = []): Promise<void> {
  const some: readonly Pointer[] = [
    ["p", "aa"],
    ["p", "bb"],
    ["q", "cc"],
    ["p", "v1"],
  ];
  for (const name of [...some, ...more]) {
    expect(await expectWholeAudit(other, name)).toBe(await expectWholeAudit(one, name));
  }
}
