import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Remote } from "../../src/model/remote.ts";

/**
 * What every `Remote` must do, whatever carries it.
 * @param open an empty remote, and what ends it
 */
export function conformance(
  name: string,
  open: () => Promise<{ remote: Remote; end: () => Promise<void> }>,
): void {
  describe(`the Remote port ${name}`, () => {
    let remote: Remote;
    let end: () => Promise<void>;
    let one: string;
    let two: string;

    beforeEach(async () => {
      ({ remote, end } = await open());
      one = (await remote.publish({ name: "myuser/gptneo", image: "gptneo:1" })).id;
      two = (await remote.publish({ name: "myuser/gptneo", image: "gptneo:2", extras: { gpu: true } })).id;
    });
    afterEach(async () => {
      await remote.close();
      await end();
    });

    const listed = async (filter?: Parameters<Remote["list"]>[0]) =>
      Object.fromEntries(await remote.list(filter));
    const refusal = (call: Promise<unknown>) =>
      call.then(
        () => "no error",
        (error: { outcome?: string }) => error.outcome,
      );

    it("publishes pipelines, each of which makes the next version pointer", async () => {
      expect(one).not.toBe(two);
      expect(one).toMatch(/^[^:/]+$/);
      const family = await listed();
      expect(Object.keys(family).toSorted()).toEqual(["myuser/gptneo:v1", "myuser/gptneo:v2"]);
      expect(family["myuser/gptneo:v1"]?.pipeline).toBe(one);
      expect(family["myuser/gptneo:v2"]?.pipeline).toBe(two);
    });

    it("says where models come from, where their publishers did in a form that holds no secret", async () => {
      const source = { repository: "https://git.example.com/acme/gptneo", commit: "a".repeat(40) };
      const publish = async (extras: Record<string, unknown>, name = "myuser/gptneo") =>
        (await remote.publish({ name, image: "x", extras })).id;
      const known = await publish({ source, more: 1 });
      for (const other of [
        { ...source, repository: "https://user:pass@git.example.com/acme/gptneo" },
        { ...source, repository: "https://git.example.com/acme/gptneo?token=x" },
        { ...source, repository: "javascript:alert(1)" },
        { ...source, commit: "main" },
        { repository: source.repository },
        "git.example.com",
        null,
      ])
        await publish({ source: other });
      await publish({ source }, "myuser/other");
      expect(await remote.sources("myuser/gptneo")).toEqual(new Map([[known, source]]));
    });

    it("creates a pointer, and gives what it now is", async () => {
      const made = await remote.create("myuser/gptneo:latest", { pipeline: one, locked: false });
      expect(made).toEqual({ pointer: "myuser/gptneo:latest", pipeline: one, locked: false });
      expect((await listed())["myuser/gptneo:latest"]).toEqual({ pipeline: one, locked: false });
    });

    it("creates a locked pointer", async () => {
      await remote.create("myuser/gptneo:stable", { pipeline: one, locked: true });
      expect((await listed())["myuser/gptneo:stable"]).toEqual({ pipeline: one, locked: true });
    });

    it("moves, locks and unlocks a pointer", async () => {
      const pointer = "myuser/gptneo:latest";
      await remote.create(pointer, { pipeline: one, locked: false });
      for (const value of [
        { pipeline: two, locked: false },
        { pipeline: two, locked: true },
        { pipeline: one, locked: false },
      ]) {
        expect(await remote.update(pointer, value)).toEqual({ pointer, ...value });
        expect((await listed())[pointer]).toEqual(value);
      }
    });

    it("deletes a pointer, whose name is free again", async () => {
      await remote.create("myuser/gptneo:old", { pipeline: one, locked: false });
      await remote.delete("myuser/gptneo:old");
      expect(await listed()).not.toHaveProperty(["myuser/gptneo:old"]);
      await remote.create("myuser/gptneo:old", { pipeline: two, locked: false });
      expect((await listed())["myuser/gptneo:old"]).toEqual({ pipeline: two, locked: false });
    });

    it("lists one family by its name", async () => {
      const other = (await remote.publish({ name: "myuser/gptneo2", image: "other:1" })).id;
      await remote.create("myuser/gptneo2:latest", { pipeline: other, locked: false });
      await remote.create("myuser/gptneo:latest", { pipeline: other, locked: false });
      expect(Object.keys(await listed({ family: "myuser/gptneo" })).toSorted()).toEqual([
        "myuser/gptneo:latest",
        "myuser/gptneo:v1",
        "myuser/gptneo:v2",
      ]);
      expect(await listed({ family: "myuser/nothing" })).toEqual({});
      expect(await remote.holdsName("myuser/gptneo:latest")).toBe(true);
      expect(await remote.holdsName("myuser/gptneo:other")).toBe(false);
    });

    it("refuses a second pointer of a name, and leaves the first", async () => {
      await remote.create("myuser/gptneo:latest", { pipeline: one, locked: false });
      expect(await refusal(remote.create("myuser/gptneo:latest", { pipeline: two, locked: false }))).toBe(
        "conflict",
      );
      expect((await listed())["myuser/gptneo:latest"]?.pipeline).toBe(one);
    });

    it("says what is missing", async () => {
      const value = { pipeline: one, locked: false };
      expect(await refusal(remote.update("myuser/gptneo:none", value))).toBe("missing");
      expect(await refusal(remote.delete("myuser/gptneo:none"))).toBe("missing");
      expect(await refusal(remote.create("myuser/gptneo:new", { ...value, pipeline: "pipeline_none" }))).toBe(
        "missing",
      );
    });

    it("does not move a locked pointer", async () => {
      await remote.create("myuser/gptneo:stable", { pipeline: one, locked: true });
      expect(await refusal(remote.update("myuser/gptneo:stable", { pipeline: two, locked: true }))).toBe(
        "refused",
      );
      expect((await listed())["myuser/gptneo:stable"]).toEqual({ pipeline: one, locked: true });
    });

    it("lists more than a page whole", async () => {
      const tags = Array.from({ length: 1203 }, (_, i) => `myuser/many:tag-${i}`);
      for (let at = 0; at < tags.length; at += 100) {
        const some = tags.slice(at, at + 100);
        await Promise.all(some.map((tag) => remote.create(tag, { pipeline: one, locked: false })));
      }
      expect(Object.keys(await listed({ family: "myuser/many" })).toSorted()).toEqual(tags.toSorted());
      expect((await remote.list()).size).toBe(1205);
    });
  });
}
