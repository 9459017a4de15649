import { describe, expect, onTestFinished, test } from "vitest";
import { Refusal } from "../../../src/registry/refusal.ts";
import type { Author, Store } from "../../../src/registry/store/store.ts";
import { digestOf } from "../../../src/registry/store/tokens.ts";
import { aRun } from "../a-run.ts";
import { conditionOf, etagOf } from "../../../src/wire/etag.ts";

const author: Author = {
  token: "token_1",
  name: "ci",
  source: { repository: "git@example.com:models", commit: "a".repeat(40), ref: "refs/heads/main" },
};

const all = { skip: 0, limit: 1000 };
const everything = { ...all, deleted: true };
const only = (ifMatch?: string) => conditionOf({ "if-match": ifMatch });

/** What every store promises. `open` gives a store of its own, and another on the same data where asked. */
export function storeConformance(
  name: string,
  open: () => Promise<{ store: Store; another: () => Promise<Store> }>,
): void {
  async function opened() {
    const { store, another } = await open();
    onTestFinished(() => store.close());
    const { pipelines, pointers } = store;
    const upload = async (name = "u/p", more: object = {}) =>
      (await pipelines.publish({ name, image: "i", ...more }, author)).id;
    const point = (pointer: string, target: string, locked = false) =>
      pointers.create({ pointer, pointer_or_pipeline_id: target, locked }, author);
    const move = (pointer: string, target: string, expected?: string) =>
      pointers.patch(pointer, { pointer_or_pipeline_id: target }, author, only(expected));
    return { store, another, pipelines, pointers, upload, point, move };
  }

  describe(`${name}: a compare-and-set`, () => {
    test("writes where the value is the expected one", async () => {
      const { upload, point, move, pointers } = await opened();
      const [v1, v2] = [await upload(), await upload()];
      await point("u/p:latest", v1);
      const moved = (id: string) => ({ pointer: { pipeline_id: id }, isChanged: true });
      expect(await move("u/p:latest", v2, `"${v1}"`)).toMatchObject(moved(v2));
      expect(await move("u/p:latest", v1, `"other", "${v2}"`)).toMatchObject(moved(v1));
      expect(await move("u/p:latest", v2, "*")).toMatchObject(moved(v2));
      await pointers.delete("u/p:latest", author, only(etagOf({ pipeline_id: v2, locked: false })));
      await expect(pointers.get("u/p:latest", true)).rejects.toMatchObject({ status: 404 });
    });

    test("is 412 where it is not, or there is no pointer, and writes nothing", async () => {
      const { upload, point, move, pointers } = await opened();
      const [v1, v2] = [await upload(), await upload()];
      await point("u/p:latest", v1);
      for (const expected of [`"${v2}"`, `W/"${v1}"`, `"${v1};locked"`, "", v1]) {
        await expect(move("u/p:latest", v2, expected)).rejects.toMatchObject({ status: 412 });
        await expect(pointers.delete("u/p:latest", author, only(expected))).rejects.toMatchObject({
          status: 412,
        });
      }
      await expect(move("u/p:none", v2, "*")).rejects.toMatchObject({ status: 412 });
      await expect(pointers.delete("u/p:none", author, only(`"${v1}"`))).rejects.toMatchObject({
        status: 412,
      });
      expect((await pointers.history("u/p:latest", all)).total).toBe(1);
    });
  });

  test(`${name}: a page has the same rows, whatever was asked for before it`, async () => {
    const { upload, point, pointers, another } = await opened();
    const second = await another();
    onTestFinished(() => second.close());
    await upload("other/q");
    const target = await upload();
    for (let index = 0; index < 23; index += 1) await point(`u/p:tag${index + 10}`, target);
    const page = async (skip: number, limit: number, more: object = {}) =>
      (await pointers.list({ skip, limit, deleted: false, ...more })).data.map(({ pointer }) => pointer);
    const check = async (more: object = {}) => {
      const names = await page(0, 1000, more);
      for (const [skip, limit] of [
        [0, 4],
        [4, 4],
        [12, 4],
        [8, 4],
        [10, 3],
        [16, 4],
        [4, 9],
        [40, 4],
        [24, 1],
        [1, 1],
      ] as const)
        expect(await page(skip, limit, more), `${skip}, ${limit}`).toEqual(names.slice(skip, skip + limit));
      return names;
    };
    expect(await check()).toHaveLength(25);
    expect(await check({ family: "u/p" })).toHaveLength(24);
    expect(await check({ usernames: ["u", "x"] })).toHaveLength(24);
    await pointers.delete("u/p:tag11", author);
    expect(await check()).toHaveLength(24);
    await second.pointers.create({ pointer: "a/a:aa", pointer_or_pipeline_id: target }, author);
    expect((await check())[0]).toBe("a/a:aa");
  });

  test(`${name}: a page whose rows are too large together is refused`, async () => {
    const { upload, pipelines } = await opened();
    const readme = "✓".repeat(340_000);
    await Promise.all(
      Array.from({ length: 34 }, async () => upload("u/p", { readme, extras: { a: readme } })),
    );
    const pageOf = async (skip: number, limit: number) => pipelines.list({ skip, limit, name: "u/p" });
    await expect(pageOf(0, 1000)).rejects.toMatchObject({
      status: 422,
      faults: [
        {
          loc: ["query", "limit"],
          msg: "the rows of this page take 67 MiB, and a page may have 16: ask for fewer",
        },
      ],
    });
    await expect(pageOf(0, 10)).rejects.toMatchObject({ status: 422 });
    expect((await pageOf(0, 7)).data).toHaveLength(7);
    expect((await pageOf(28, 1000)).data).toHaveLength(6);
  });

  describe(`${name}: the audit of a pointer`, () => {
    test("has each write, newest first, also after the pointer is gone", async () => {
      const { upload, point, pointers } = await opened();
      const [v1, v2] = [await upload(), await upload()];
      await point("u/p:latest", v1);
      await pointers.patch("u/p:latest", { pointer_or_pipeline_id: "u/p:v2", locked: true }, author);
      await pointers.patch("u/p:latest", { locked: false }, { ...author, source: null });
      await pointers.delete("u/p:latest", author);
      const { total, data } = await pointers.history("u/p:latest", all);
      const [one, two] = [
        { pipeline_id: v1, locked: false },
        { pipeline_id: v2, locked: false },
      ];
      const entry = {
        at: expect.any(Number),
        pointer: "u/p:latest",
        token: "ci",
        source: author.source,
      };
      expect(data).toEqual([
        { ...entry, action: "delete", before: two, after: null },
        { ...entry, action: "update", before: { ...two, locked: true }, after: two, source: null },
        { ...entry, action: "update", before: one, after: { ...two, locked: true } },
        { ...entry, action: "create", before: null, after: one },
      ]);
      expect(total).toBe(4);
      expect((await pointers.history("u/p:latest", { skip: 1, limit: 2 })).data).toEqual(data.slice(1, 3));
      expect((await pointers.history("u/p:v1", all)).data).toEqual([
        { ...entry, pointer: "u/p:v1", action: "create", before: null, after: one },
      ]);
      expect(await pointers.history("u/p:none", all)).toMatchObject({ total: 0, data: [] });
    });

    test("has nothing of a write that changes nothing, or is refused", async () => {
      const { upload, point, move, pointers } = await opened();
      const v1 = await upload();
      await point("u/p:latest", v1, true);
      for (const body of [{ pointer_or_pipeline_id: v1 }, { locked: true }, {}]) {
        const { isChanged } = await pointers.patch("u/p:latest", body, author);
        expect(isChanged).toBe(false);
      }
      await expect(pointers.delete("u/p:latest", author)).rejects.toMatchObject({ status: 403 });
      await expect(move("u/p:latest", "u/p:none")).rejects.toMatchObject({ status: 404 });
      expect((await pointers.history("u/p:latest", all)).total).toBe(1);
    });

    test("says what it was at a moment", async () => {
      const { upload, point, move, pointers } = await opened();
      const [v1, v2] = [await upload(), await upload()];
      await point("u/p:latest", v1);
      await move("u/p:latest", v2);
      await pointers.delete("u/p:latest", author);
      const [gone, moved, made] = (await pointers.history("u/p:latest", all)).data;
      expect(await pointers.at("u/p:latest", made!.at - 1)).toBeNull();
      expect(await pointers.at("u/p:latest", gone!.at + 1)).toBeNull();
      const between = await pointers.at("u/p:latest", moved!.at);
      expect(between).toEqual(moved!.at === gone!.at ? null : moved);
    });
  });

  describe(`${name}: a target`, () => {
    test("resolves by name and by id to the pipeline, its extras parsed", async () => {
      const { upload, point, pointers } = await opened();
      const id = await upload("u/p", { extras: { endpoints: ["http://localhost:14300"], a: [1] } });
      await point("u/p:latest", id);
      const pipeline = {
        id,
        name: "u/p",
        image: "i",
        extras: { endpoints: ["http://localhost:14300"], a: [1] },
      };
      expect(await pointers.resolve("u/p:latest")).toEqual({ pointer: "u/p:latest", pipeline });
      expect(await pointers.resolve("u/p:v1")).toEqual({ pointer: "u/p:v1", pipeline });
      expect(await pointers.resolve(id)).toEqual({ pointer: null, pipeline });
      const bare = await upload("u/other", { extras: null });
      expect((await pointers.resolve(bare))?.pipeline.extras).toEqual({});
    });

    test.each([
      "u/p:none",
      "u/p",
      "pipeline_none",
      "",
      "\0",
      "u/p:\0",
      "\udfff",
      "'; DROP TABLE pointers; --",
    ])("%j is nothing", async (target) => {
      const { upload, pointers } = await opened();
      await upload();
      expect(await pointers.resolve(target)).toBeNull();
      await expect(pointers.get(target, true)).rejects.toMatchObject({ status: 404 });
    });
  });

  describe(`${name}: a pipeline`, () => {
    test("may get other endpoints and descriptions, and is otherwise what was uploaded", async () => {
      const { upload, pipelines, pointers } = await opened();
      const id = await upload("u/p", { extras: { cuda: 12 }, input_variables: [{ a: 1 }] });
      const endpoints = ["http://localhost:14300"];
      const patched = await pipelines.patch(id, { extras: { endpoints }, readme: "# p" }, author);
      expect(patched).toMatchObject({ extras: { cuda: 12, endpoints }, readme: "# p" });
      expect(await pipelines.get(id)).toEqual(patched);
      expect((await pointers.resolve(id))?.pipeline.extras).toEqual({ cuda: 12, endpoints });
      // What is sent as it is changes nothing.
      await pipelines.patch(id, { image: "i", input_variables: [{ a: 1 }], extras: { cuda: 12 } }, author);
      for (const [change, ...loc] of [
        [{ image: "other" }, "image"],
        [{ name: "u/other" }, "name"],
        [{ input_variables: [] }, "input_variables"],
        [{ output_variables: [1] }, "output_variables"],
        [{ extras: { cuda: 13 } }, "extras", "cuda"],
        [{ extras: { more: null } }, "extras", "more"],
      ] as const) {
        await expect(pipelines.patch(id, change, author)).rejects.toMatchObject({
          status: 422,
          faults: [{ loc: ["body", ...loc] }],
        });
      }
      expect(await pipelines.get(id)).toMatchObject({ ...patched, updated_at: expect.any(Number) });
    });

    test("is asked for before it gets other endpoints than it has, and only then", async () => {
      const { upload, pipelines } = await opened();
      const extras = (port: number) => ({ extras: { endpoints: [`http://localhost:${port}`] } });
      const id = await upload("u/p", extras(1));
      const refuse = () => {
        throw new Refusal(403, "not yours to move");
      };
      await pipelines.patch(id, { ...extras(1), readme: "# p" }, author, refuse);
      await pipelines.patch(id, extras(2), author);
      await expect(pipelines.patch(id, extras(1), author, refuse)).rejects.toMatchObject({ status: 403 });
      expect(await pipelines.get(id)).toMatchObject({ ...extras(2), readme: "# p" });
    });

    test("takes 1 MiB at most, however often it is added to", async () => {
      const { upload, pipelines } = await opened();
      const id = await upload();
      const add = (field: string, length: number) =>
        pipelines.patch(id, { [field]: "x".repeat(length) }, author);
      await add("more", 1_000_000);
      await expect(add("most", 100_000)).rejects.toMatchObject({
        status: 422,
        faults: [{ loc: ["body"], msg: "a pipeline takes 1 MiB at most, and this would make it larger" }],
      });
      expect(await pipelines.get(id)).not.toHaveProperty("most");
      await add("more", 900_000);
      await add("most", 100_000);
    });

    test("that pointers still reach is not deleted, and they are named", async () => {
      const { upload, point, pipelines, pointers } = await opened();
      const id = await upload();
      await point("u/p:latest", id);
      await point("other/q:prod", id, true);
      await expect(pipelines.delete(id, author, { force: false })).rejects.toMatchObject({
        status: 409,
        message: `${id} is still reached by other/q:prod, u/p:latest: move them, or delete it with ?force=true`,
      });
      expect((await pointers.get("u/p:latest", false)).pipeline_id).toBe(id);
      expect((await pointers.history("u/p:latest", all)).total).toBe(1);
    });

    test("that is deleted by force hides its pointers, which is in their audit, and so is their return", async () => {
      const { upload, point, move, pipelines, pointers } = await opened();
      const [v1, v2] = [await upload(), await upload()];
      await point("u/p:latest", v1);
      await pipelines.delete(v1, author, { force: true });
      await expect(pipelines.get(v1)).rejects.toMatchObject({ status: 404 });
      const names = async (filter: object) =>
        (await pointers.list({ ...everything, ...filter })).data.map(({ pointer }) => pointer);
      expect(await names({ deleted: false })).toEqual(["u/p:v2"]);
      expect(await names({})).toEqual(["u/p:latest", "u/p:v1", "u/p:v2"]);
      for (const target of ["u/p:latest", "u/p:v1", v1]) expect(await pointers.resolve(target)).toBeNull();
      await move("u/p:latest", v2);
      const { data } = await pointers.history("u/p:latest", all);
      expect(
        data.map(({ action, before, after }) => [action, before?.pipeline_id, after?.pipeline_id]),
      ).toEqual([
        ["create", undefined, v2],
        ["delete", v1, undefined],
        ["create", undefined, v1],
      ]);
      expect((await pointers.resolve("u/p:latest"))?.pipeline.id).toBe(v2);
    });

    test("without other pointers than its version is deleted at once; its number is not given again", async () => {
      const { upload, pipelines, pointers } = await opened();
      await pipelines.delete(await upload(), author, { force: false });
      const second = await upload();
      expect((await pointers.get("u/p:v2", false)).pipeline_id).toBe(second);
    });
  });

  test(`${name}: listings show only what some usernames own`, async () => {
    const { upload, pointers, pipelines } = await opened();
    for (const name of ["aa/p", "bb/p", "bb-c/p", "cc/p"]) await upload(name);
    const listed = async (usernames?: string[], family?: string) =>
      (await pointers.list({ ...everything, usernames, family })).data.map(({ pointer }) => pointer);
    expect(await listed(["bb", "cc"])).toEqual(["bb/p:v1", "cc/p:v1"]);
    expect(await listed(["bb"], "cc/p")).toEqual([]);
    expect(await listed([])).toEqual([]);
    expect(await listed()).toHaveLength(4);
    expect(await pipelines.list({ ...all, usernames: ["aa", "dd"] })).toMatchObject({
      total: 1,
      data: [{ name: "aa/p" }],
    });
  });

  describe(`${name}: tokens`, () => {
    test("are made, listed without themselves, found by digest, and revoked", async () => {
      const { store } = await opened();
      const { tokens } = store;
      const made = await tokens.create({ name: "ci", usernames: ["u"], scopes: ["write"] }, author);
      const { token, ...shown } = made;
      expect(token).toMatch(/^pmt_[\w-]{43}$/);
      expect(shown).toEqual({
        id: expect.stringMatching(/^token_\w+$/),
        name: "ci",
        usernames: ["u"],
        scopes: ["write"],
        created_at: expect.any(Number),
      });
      const other = await tokens.create({ name: "aa", usernames: ["*"], scopes: ["admin"] }, author);
      expect((await tokens.list()).map(({ name }) => name)).toEqual(["aa", "ci"]);
      expect(JSON.stringify(await tokens.list())).not.toContain(token);
      expect(await tokens.find(digestOf(token))).toEqual(shown);
      expect(await tokens.find(digestOf(`${token}x`))).toBeNull();
      await tokens.revoke(shown.id, author);
      expect(await tokens.find(digestOf(token))).toBeNull();
      expect((await tokens.list()).map(({ id }) => id)).toEqual([other.id]);
    });

    test("have names of their own; one that is not there is not revoked", async () => {
      const { store } = await opened();
      const body = { name: "ci", usernames: ["u"], scopes: ["read"] } as const;
      await store.tokens.create(body, author);
      await expect(store.tokens.create(body, author)).rejects.toMatchObject({ status: 409 });
      await expect(store.tokens.revoke("token_none", author)).rejects.toMatchObject({ status: 404 });
      expect(await store.tokens.list()).toHaveLength(1);
    });
  });

  describe(`${name}: runs`, () => {
    const begun = aRun("run_1", { created_at: 1_700_000_000.25, updated_at: 1_700_000_000.25 });

    test("are kept from their start to their end", async () => {
      const { store } = await opened();
      await store.runs.save([begun]);
      expect(await store.runs.get("run_1")).toEqual(begun);
      expect(await store.runs.size("run_1")).toBe(0);
      const outputs = '[{"type":"string","value":"\\u0000✓"},{"type":"fp","value":1.0}]';
      const ended = { ...begun, state: "completed", updated_at: 1_700_000_001.5, outputs } as const;
      await store.runs.save([ended]);
      expect(await store.runs.get("run_1")).toEqual(ended);
      expect(await store.runs.get("run_none")).toBeNull();
      const sizes = ["run_1", "run_none"].map((id) => store.runs.size(id));
      expect(await Promise.all(sizes)).toEqual([Buffer.byteLength(outputs), 0]);
    });

    test("are written together", async () => {
      const { store } = await opened();
      const error = { type: "pipeline_error", message: "no\0", traceback: null } as const;
      const failed = { ...begun, id: "run_2", pointer: null, async: false, state: "failed", error } as const;
      await store.runs.save([begun, failed]);
      expect(await store.runs.get("run_1")).toEqual(begun);
      expect(await store.runs.get("run_2")).toEqual(failed);
      const ended = {
        ...begun,
        state: "completed",
        updated_at: 1_700_000_000.123,
        outputs: "[1e400]",
      } as const;
      const third = { ...begun, id: "run_3" };
      await store.runs.save([ended, third]);
      expect(await store.runs.get("run_1")).toEqual(ended);
      expect(await store.runs.get("run_2")).toEqual(failed);
      expect(await store.runs.get("run_3")).toEqual(third);
      await store.runs.save([]);
    });
  });

  test(`${name}: another store on the same data sees each write at once, and after the first is gone`, async () => {
    const { store, another, upload, point, move } = await opened();
    const other = await another();
    onTestFinished(() => other.close());
    const [v1, v2] = [await upload(), await upload()];
    await point("u/p:latest", v1);
    expect((await other.pointers.resolve("u/p:latest"))?.pipeline.id).toBe(v1);
    await move("u/p:latest", v2);
    expect((await other.pointers.resolve("u/p:latest"))?.pipeline.id).toBe(v2);
    await store.close();
    expect((await other.pointers.resolve("u/p:latest"))?.pipeline.id).toBe(v2);
    await other.ping();
  });

  test(`${name}: of many names that are asked for at once each is answered for itself`, async () => {
    const { pointers, upload, point } = await opened();
    const ids = await Promise.all(Array.from({ length: 20 }, () => upload()));
    const versions = ids.map((_, index) => `u/p:v${index + 1}`);
    const strange = ["u/p:none", "", "u/p:v1\0", "'; --", "u/p:ÿ\ud800", "{u/p:v1}", '"', "NULL", "u/p:v01"];
    await point("u/p:prod", "u/p:v7", true);
    const asked = [...versions, ...strange, "u/p:prod", ...versions.toReversed(), "u/p:prod"];
    const got = await Promise.all(asked.map((pointer) => pointers.get(pointer, true).catch(() => null)));
    expect(got.map((row) => row?.pointer ?? null)).toEqual(
      asked.map((pointer) => (strange.includes(pointer) ? null : pointer)),
    );
    const resolved = await Promise.all([...asked, ...ids].map((target) => pointers.resolve(target)));
    expect(new Set(resolved.slice(0, 20).map((one) => one?.pipeline.id))).toEqual(new Set(ids));
    expect(resolved.slice(asked.length).map((one) => one?.pipeline.id)).toEqual(ids);
    expect(resolved[asked.indexOf("u/p:prod")]?.pipeline.id).toBe(resolved[6]?.pipeline.id);
    expect(strange.map((target) => resolved[asked.indexOf(target)])).toEqual(strange.map(() => null));
  });

  test(`${name}: a pointer that is read again and again is what it is at each moment, whoever writes it`, async () => {
    const { store, another, upload } = await opened();
    const other = await another();
    onTestFinished(() => other.close());
    const ids = [await upload(), await upload(), await upload()];
    const names = ["u/p:aa", "u/p:bb"];
    const shown = async (from: Store) =>
      Promise.all(
        [...names, ...names].map((pointer) =>
          from.pointers.get(pointer, false).then(
            ({ pipeline_id, locked }) => [pipeline_id, locked],
            () => null,
          ),
        ),
      );
    const now = new Map<string, [string, boolean] | null>(names.map((pointer) => [pointer, null]));
    for (let step = 0; step < 60; step++) {
      const { pointers } = step % 3 === 0 ? other : store;
      const pointer = names[step % 2]!;
      const target = ids[step % ids.length]!;
      const locked = step % 5 === 0;
      const body = { pointer_or_pipeline_id: target, locked };
      if (now.get(pointer) === null) await pointers.create({ pointer, ...body }, author);
      else if (step % 7 === 0 && now.get(pointer)?.[1] === false) {
        await pointers.delete(pointer, author);
        now.set(pointer, null);
        continue;
      } else {
        await pointers.patch(pointer, { locked: false }, author);
        await pointers.patch(pointer, body, author);
      }
      now.set(pointer, [target, locked]);
      const expected = [...now.values(), ...now.values()];
      for (const from of [store, other, store]) expect(await shown(from)).toEqual(expected);
    }
  });
}
