import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SyncReport } from "../../src/model/report.ts";
import type { SyncEvent } from "../../src/sync/events.ts";
import { sync, type SyncOptions } from "../../src/sync/sync.ts";
import { names } from "../remotes/scripted-server.ts";
import { skippingClock } from "../remotes/skipping-clock.ts";
import { planOf, valuesOf } from "./plan-of.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const run = (plan: Parameters<typeof sync>[0], options: SyncOptions = {}) =>
  sync(plan, world.remote, { delay: 2, ...options });
const outcomes = ({ results }: SyncReport) =>
  Object.fromEntries(results.map(({ pointer, status, reason }) => [pointer, reason ?? status]));
const errorOf = ({ results }: SyncReport, pointer: string) =>
  results.find((one) => one.pointer === pointer)?.error;
const writes = () =>
  world.proxy.writes().map(({ method, url, body }) => `${method} ${url.replace("/v4/pointers", "")} ${body}`);

describe("a sync", () => {
  it("without changes sends no request", async () => {
    const plan = await planOf(world.direct, {});
    const report = await run({ ...plan, remote: world.remote });
    expect(world.proxy.seen).toEqual([]);
    expect(report).toEqual({
      version: 1,
      commit: "c0ffee",
      remote: { name: "prod", url: world.remote.url },
      started: expect.any(String),
      finished: expect.any(String),
      results: [],
      summary: { applied: 0, skipped: 0, failed: 0, unchanged: 0 },
      interrupted: false,
      written: false,
    });
  });

  it("creates, moves, locks and deletes, reports in the plan's order, and a second one has nothing to do", async () => {
    await world.seed({
      "a/b:move": world.to(0),
      "a/b:lock": world.to(0),
      "a/b:gone": world.to(0),
      "a/b:same": world.to(1),
    });
    const desired = {
      "c/d:new": world.to(1),
      "a/b:move": world.to(1),
      "a/b:lock": world.to(0, true),
      "a/b:gone": null,
      "a/b:same": world.to(1),
    };
    const plan = await planOf(world.remote, desired);
    const report = await run(plan);
    expect(report.results.map(({ pointer, action, status }) => [pointer, action, status])).toEqual([
      ["c/d:new", "create", "applied"],
      ["a/b:move", "update", "applied"],
      ["a/b:lock", "update", "applied"],
      ["a/b:gone", "delete", "applied"],
    ]);
    expect(report.summary).toEqual({ applied: 4, skipped: 0, failed: 0, unchanged: 1 });
    expect(report.written).toBe(true);
    expect(await valuesOf(world.direct, Object.keys(desired))).toEqual(desired);
    expect(world.proxy.writes()).toHaveLength(4);

    const again = await run(await planOf(world.remote, desired));
    expect(again.summary).toEqual({ applied: 0, skipped: 0, failed: 0, unchanged: 5 });
    expect(world.proxy.writes()).toHaveLength(4);
  });

  it("lists each family once before its writes, and not again after answers that confirm", async () => {
    const desired = Object.fromEntries(
      [...names(30, "a/b"), ...names(30, "c/d")].map((name) => [name, world.to(0)]),
    );
    const plan = await planOf(world.remote, desired);
    const before = world.proxy.seen.length;
    await run(plan);
    const reads = world.proxy.seen.slice(before).filter(({ method }) => method === "GET");
    expect(
      reads.map(({ url }) => new URL(url, "http://x").searchParams.get("pipeline_name") ?? "").toSorted(),
    ).toEqual(["a/b", "c/d"]);
    expect(world.proxy.writes()).toHaveLength(60);
  });

  it("keeps to its concurrency", async () => {
    let now = 0;
    let most = 0;
    world.setFaults(async ({ method }) => {
      if (method === "GET") return "none" as const;
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return "none" as const;
    });
    await run(await planOf(world.remote, Object.fromEntries(names(40).map((name) => [name, world.to(0)]))), {
      concurrency: 4,
    });
    expect(most).toBe(4);
  });

  it("reports what the plan blocks and what a newer commit overtook, and leaves it alone", async () => {
    const blocked = [
      { pointer: "a/b:stuck", reason: "missing-version", message: "a/b:v9 does not exist" },
    ] as const;
    const plan = await planOf(world.remote, { "a/b:fine": world.to(0) }, blocked);
    const superseded = [{ pointer: "a/b:old", commit: "c0ffee00".repeat(5) }];
    const report = await run({ ...plan, superseded });
    const untouched = { action: null, status: "skipped", before: null, after: null };
    expect(report.results.slice(1)).toEqual([
      { ...untouched, pointer: "a/b:stuck", reason: "blocked", error: "a/b:v9 does not exist" },
      {
        ...untouched,
        pointer: "a/b:old",
        reason: "superseded",
        error: "superseded by c0ffee00: a newer commit of the branch declares it otherwise",
      },
    ]);
    expect(report.summary).toEqual({ applied: 1, skipped: 2, failed: 0, unchanged: 0 });
  });

  it("refuses a plan that was made for another remote", async () => {
    const plan = await planOf(world.direct, { "a/b:xy": world.to(0) });
    await expect(run(plan)).rejects.toMatchObject({ code: "plan-invalid" });
    expect(world.proxy.seen).toEqual([]);
  });

  it("tells its progress", async () => {
    const events: SyncEvent[] = [];
    world.setFaults(({ method }, { writes: order }) => (method !== "GET" && order === 1 ? "fail" : "none"));
    const plan = await planOf(world.remote, { "a/b:xy": world.to(0), "a/b:zz": world.to(0) });
    await run(plan, { onEvent: (event) => events.push(event), concurrency: 1 });
    expect(events.map(({ type }) => type)).toEqual(["start", "retry", "result", "result"]);
    expect(events[0]).toEqual({ type: "start", total: 2 });
    expect(events[1]).toMatchObject({
      pointer: "a/b:xy",
      tries: 1,
      error: expect.stringContaining("out of order"),
    });
    expect(events[3]).toMatchObject({ done: 2, total: 2, result: { pointer: "a/b:zz", status: "applied" } });
  });
});

it("a listener that throws ends a sync, which writes nothing more once that is told", async () => {
  world.setFaults(async (_seen, { writes }) => {
    await new Promise((resolve) => setTimeout(resolve, writes * 5));
    return "none" as const;
  });
  const desired = Object.fromEntries(names(20).map((name) => [name, world.to(0)]));
  const plan = await planOf(world.remote, desired);
  const onEvent = ({ type }: SyncEvent) => {
    if (type === "result") throw new Error("nobody listens");
  };
  await expect(run(plan, { onEvent, concurrency: 4 })).rejects.toThrow("nobody listens");
  const values = await valuesOf(world.direct, Object.keys(desired));
  expect(world.proxy.writes()).toHaveLength(4);
  expect(Object.values(values).filter((value) => value !== null)).toHaveLength(4);
});

describe("what changed since the plan", () => {
  it("is never overwritten, only said", async () => {
    await world.seed({
      "a/b:moved": world.to(0),
      "a/b:locked": world.to(0),
      "a/b:deleted": world.to(0),
      "a/b:drop": world.to(0),
    });
    const plan = await planOf(world.remote, {
      "a/b:moved": world.to(1),
      "a/b:locked": world.to(1),
      "a/b:deleted": world.to(1),
      "a/b:drop": null,
      "a/b:made": world.to(1),
      "a/b:fine": world.to(1),
    });
    await world.direct.update("a/b:moved", world.to(2));
    await world.direct.update("a/b:locked", world.to(0, true));
    await world.direct.delete("a/b:deleted");
    await world.direct.update("a/b:drop", world.to(3));
    await world.direct.create("a/b:made", world.to(2));
    const report = await run(plan);
    const changed = "changed-since-planned";
    expect(outcomes(report)).toEqual({
      "a/b:moved": changed,
      "a/b:locked": changed,
      "a/b:deleted": changed,
      "a/b:drop": changed,
      "a/b:made": changed,
      "a/b:fine": "applied",
    });
    const [zero, two] = [world.to(0).pipeline, world.to(2).pipeline];
    expect(errorOf(report, "a/b:moved")).toContain(`it was ${zero} and is now ${two}`);
    expect(errorOf(report, "a/b:locked")).toContain(`is now ${zero} (locked)`);
    expect(errorOf(report, "a/b:deleted")).toContain("is now absent");
    expect(errorOf(report, "a/b:made")).toContain(`it was absent and is now ${two}`);
    expect(world.proxy.writes()).toHaveLength(1);
  });

  it("is fine where it is already as wanted: applied, without a write", async () => {
    await world.seed({ "a/b:move": world.to(0), "a/b:gone": world.to(0) });
    const plan = await planOf(world.remote, {
      "a/b:move": world.to(1),
      "a/b:gone": null,
      "a/b:new": world.to(1),
    });
    await world.direct.update("a/b:move", world.to(1));
    await world.direct.delete("a/b:gone");
    await world.direct.create("a/b:new", world.to(1));
    const report = await run(plan);
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(["already-there"]));
    expect(report.summary.applied).toBe(3);
    expect(report.written).toBe(false);
    expect(world.proxy.writes()).toEqual([]);
  });

  it("also while a write is being tried again", async () => {
    await world.seed({ "a/b:xy": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    world.setFaults(async ({ method }) => {
      if (method === "GET") return "none" as const;
      await world.direct.update("a/b:xy", world.to(2));
      return "fail" as const;
    });
    expect(outcomes(await run(plan))).toEqual({ "a/b:xy": "changed-since-planned" });
    expect(world.proxy.writes()).toHaveLength(1);
    expect(await valuesOf(world.direct, ["a/b:xy"])).toEqual({ "a/b:xy": world.to(2) });
  });
});

describe("a write", () => {
  it.each(["drop", "garble"] as const)(
    "whose answer does not confirm it (%s) is confirmed by the listing",
    async (fault) => {
      await world.seed({ "a/b:move": world.to(0), "a/b:gone": world.to(0) });
      const desired = { "a/b:new": world.to(1), "a/b:move": world.to(1), "a/b:gone": null };
      const plan = await planOf(world.remote, desired);
      world.setFaults(({ method }) => (method === "GET" ? "none" : fault));
      expect((await run(plan)).summary.applied).toBe(3);
      expect(world.proxy.writes()).toHaveLength(3);
      expect(await valuesOf(world.direct, Object.keys(desired))).toEqual(desired);
    },
  );

  it("that was done and is refused as a conflict is a success", async () => {
    const plan = await planOf(world.remote, { "a/b:new": world.to(1) });
    // The create takes effect, its answer is a 409: as after a retry somewhere on the way.
    world.setFaults(async ({ method }) => {
      if (method !== "POST") return "none" as const;
      await world.direct.create("a/b:new", world.to(1));
      return "none" as const;
    });
    expect(outcomes(await run(plan))).toEqual({ "a/b:new": "applied" });
    expect(world.proxy.writes()).toHaveLength(1);
  });

  it("that is refused is not tried again, and stops no other", async () => {
    await world.seed({ "a/b:no": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:no": world.to(1), "a/b:yes": world.to(1) });
    world.setFaults(({ url }) =>
      url.endsWith("a/b:no") ? { status: 403, body: { detail: "not yours" } } : "none",
    );
    const report = await run(plan);
    expect(outcomes(report)).toEqual({ "a/b:no": "refused", "a/b:yes": "applied" });
    expect(errorOf(report, "a/b:no")).toBe(
      "PATCH /v4/pointers/a/b:no answered 403: not yours; the token may not do this",
    );
    expect(world.proxy.writes()).toHaveLength(2);
  });

  it("onto a pipeline that does not exist fails at once, with the remote's words", async () => {
    await world.seed({ "a/b:move": world.to(0) });
    const none = { pipeline: "pipeline_none", locked: false };
    const plan = await planOf(world.remote, { "a/b:new": none, "a/b:move": none });
    const events: SyncEvent[] = [];
    const report = await run(plan, { onEvent: (event) => events.push(event) });
    expect(outcomes(report)).toEqual({ "a/b:new": "refused", "a/b:move": "refused" });
    const why = "answered 404: no pipeline or pointer is named pipeline_none";
    expect(errorOf(report, "a/b:new")).toContain(`POST /v4/pointers ${why}`);
    expect(errorOf(report, "a/b:move")).toContain(`PATCH /v4/pointers/a/b:move ${why}`);
    expect(world.proxy.writes()).toHaveLength(2);
    expect(events.filter(({ type }) => type === "retry")).toEqual([]);
  });

  it("onto a pipeline that does not exist, of a pointer that is gone meanwhile, says that it is gone", async () => {
    await world.seed({ "a/b:move": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:move": { pipeline: "pipeline_none", locked: false } });
    world.setFaults(async ({ method }) => {
      if (method === "PATCH") await world.direct.delete("a/b:move");
      return "none" as const;
    });
    expect(outcomes(await run(plan))).toEqual({ "a/b:move": "changed-since-planned" });
  });

  it("that deletes what the remote says is not there, and yet lists, is tried once more", async () => {
    await world.seed({ "a/b:gone": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:gone": null });
    world.setFaults(({ method }, { writes }) =>
      method === "DELETE" && writes === 1 ? { status: 404, body: { detail: "not found" } } : "none",
    );
    expect(outcomes(await run(plan))).toEqual({ "a/b:gone": "applied" });
    expect(world.proxy.writes()).toHaveLength(2);
  });

  it("that never succeeds is given up after its tries, and the old value stands", async () => {
    await world.seed({ "a/b:xy": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    world.setFaults(({ method }) => (method === "GET" ? "none" : "fail"));
    const report = await run(plan, { attempts: 4 });
    expect(outcomes(report)).toEqual({ "a/b:xy": "gave-up" });
    expect(errorOf(report, "a/b:xy")).toContain("after 4 tries");
    expect(world.proxy.writes()).toHaveLength(4);
  });

  it("that is answered as done and isn't is never called applied", async () => {
    const there = { "a/b:gone": world.to(0), "a/b:lock": world.to(0), "a/b:other": world.to(0, true) };
    await world.seed({ "a/b:xy": world.to(0), ...there });
    const desired = { "a/b:lock": world.to(0, true), "a/b:other": world.to(0), "a/b:gone": null };
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1), ...desired });
    // With another pipeline, another lock, or of another pointer.
    world.setFaults(({ method, url }) => {
      const pointer = url.endsWith("a/b:lock") ? "a/b:lock" : "a/b:xy";
      const body = { id: "1", pointer, pipeline_id: world.to(0).pipeline, locked: false };
      return method === "GET" ? "none" : { body };
    });
    const report = await run(plan, { attempts: 2 });
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(["gave-up"]));
    expect(report.results).toHaveLength(4);
  });

  it("that cannot be confirmed is never called applied", async () => {
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    world.setFaults(({ method }, order) =>
      method === "GET" ? (order.writes === 0 ? "none" : "fail") : "drop",
    );
    const report = await run(plan);
    expect(outcomes(report)).toEqual({ "a/b:xy": "unconfirmed" });
    expect(errorOf(report, "a/b:xy")).toContain("could not be confirmed");
    expect(report.written).toBe(true);
  });

  it("that cannot be confirmed may have been done by any of its tries, not by the last alone", async () => {
    await world.close();
    world = await openWorld({ clock: skippingClock() });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    world.setFaults(({ method }, order) => {
      if (method === "GET") return order.writes < 2 ? "none" : "fail";
      return order.writes === 1 ? "fail" : "busy";
    });
    expect(outcomes(await run(plan))).toEqual({ "a/b:xy": "unconfirmed" });
  });

  it("that the remote had no time for was not done, though it cannot be listed then", async () => {
    await world.close();
    world = await openWorld({ clock: skippingClock() });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    world.setFaults(({ method }, { writes: sent }) =>
      method !== "GET" ? "busy" : sent === 0 ? "none" : "fail",
    );
    const report = await run(plan);
    expect(outcomes(report)).toEqual({ "a/b:xy": "not-listed" });
    expect(report.written).toBe(false);
  });

  it("that meets a name of a deleted pipeline's pointer says so", async () => {
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1), "a/b:zz": world.to(1) });
    world.setFaults(({ method, url }) => {
      if (method === "POST") return { status: 409, body: { detail: "exists" } };
      if (!url.includes("show_deleted")) return "none";
      const row = { id: "1", pointer: "a/b:xy", pipeline_id: "pipeline_gone", locked: false };
      return { body: { skip: 0, limit: 1000, total: 1, data: [row] } };
    });
    const report = await run(plan);
    expect(outcomes(report)).toEqual({ "a/b:xy": "name-held", "a/b:zz": "refused" });
    expect(errorOf(report, "a/b:xy")).toContain("deleted pipeline still holds the name");
    expect(errorOf(report, "a/b:zz")).toContain("yet it is not listed");
  });
});

describe("a locked pointer", () => {
  it("moves in two writes: unlocked with the new target, then locked", async () => {
    await world.seed({ "a/b:xy": world.to(0, true) });
    expect((await run(await planOf(world.remote, { "a/b:xy": world.to(1, true) }))).summary.applied).toBe(1);
    const { pipeline } = world.to(1);
    expect(writes()).toEqual([
      `PATCH /a/b:xy {"pointer_or_pipeline_id":"${pipeline}","locked":false}`,
      `PATCH /a/b:xy {"pointer_or_pipeline_id":"${pipeline}","locked":true}`,
    ]);
    expect(await valuesOf(world.direct, ["a/b:xy"])).toEqual({ "a/b:xy": world.to(1, true) });
  });

  it("is made, locked, or unlocked with a new target in one", async () => {
    await world.seed({ "a/b:lock": world.to(0), "a/b:open": world.to(0, true) });
    const desired = { "a/b:new": world.to(1, true), "a/b:lock": world.to(0, true), "a/b:open": world.to(1) };
    expect((await run(await planOf(world.remote, desired))).summary.applied).toBe(3);
    expect(world.proxy.writes()).toHaveLength(3);
    expect(await valuesOf(world.direct, Object.keys(desired))).toEqual(desired);
  });

  it("of which the first write cannot be confirmed may be moved, and says that it may not be locked", async () => {
    await world.seed({ "a/b:xy": world.to(0, true) });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1, true) });
    world.setFaults(({ method }, { writes: sent }) =>
      method !== "GET" ? "drop" : sent === 0 ? "none" : "fail",
    );
    const report = await run(plan);
    expect(outcomes(report)).toEqual({ "a/b:xy": "unconfirmed" });
    expect(errorOf(report, "a/b:xy")).toMatch(/it may be moved and not locked yet$/);
    expect(await valuesOf(world.direct, ["a/b:xy"])).toEqual({ "a/b:xy": world.to(1) });
  });

  it("that was moved and could not be locked again says so, and the next sync locks it", async () => {
    await world.seed({ "a/b:xy": world.to(0, true) });
    const desired = { "a/b:xy": world.to(1, true) };
    world.setFaults(({ body }) => (body.includes('"locked":true') ? "fail" : "none"));
    const report = await run(await planOf(world.remote, desired), { attempts: 2 });
    expect(outcomes(report)).toEqual({ "a/b:xy": "not-locked" });
    expect(errorOf(report, "a/b:xy")).toContain(
      `moved to ${world.to(1).pipeline} but not locked yet; run sync again`,
    );
    expect(await valuesOf(world.direct, ["a/b:xy"])).toEqual({ "a/b:xy": world.to(1) });
    world.setFaults(() => "none");
    expect((await run(await planOf(world.remote, desired))).summary.applied).toBe(1);
    expect(await valuesOf(world.direct, ["a/b:xy"])).toEqual(desired);
  });
});
