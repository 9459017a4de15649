import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SyncReport } from "../../src/model/report.ts";
import { sync, type SyncOptions } from "../../src/sync/sync.ts";
import { names } from "../remotes/scripted-server.ts";
import { planOf, valuesOf } from "./plan-of.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld({ extended: true });
});
afterEach(() => world.close());

const run = (plan: Parameters<typeof sync>[0], options: SyncOptions = {}) =>
  sync(plan, world.remote, { delay: 2, ...options });
const outcomes = ({ results }: SyncReport) =>
  Object.fromEntries(results.map(({ pointer, status, reason }) => [pointer, reason ?? status]));
/** Of each write: what it is about, and what the registry was told to find. */
const conditions = () =>
  world.proxy
    .writes()
    .map(({ method, url, headers }) => [
      method,
      url.replace("/v4/pointers", ""),
      headers["if-match"] ?? headers["if-none-match"],
    ]);

describe("a sync to a registry that compares and sets", () => {
  it("sends with each write what it expects, and lists nothing before", async () => {
    await world.seed({ "a/b:move": world.to(0), "a/b:open": world.to(0, true), "a/b:gone": world.to(0) });
    const desired = {
      "a/b:new": world.to(1),
      "a/b:move": world.to(1),
      "a/b:open": world.to(0),
      "a/b:gone": null,
    };
    const plan = await planOf(world.remote, desired);
    const seen = world.proxy.seen.length;
    const report = await run(plan, { concurrency: 1 });
    expect(report.summary.applied).toBe(4);
    const { pipeline } = world.to(0);
    expect(conditions()).toEqual([
      ["POST", "", "*"],
      ["PATCH", "/a/b:move", `"${pipeline}"`],
      ["PATCH", "/a/b:open", `"${pipeline};locked"`],
      ["DELETE", "/a/b:gone", `"${pipeline}"`],
    ]);
    // A delete has no answer that confirms it: it is looked up.
    const after = world.proxy.seen.slice(seen).map(({ method }) => method);
    expect(after).toEqual(["POST", "PATCH", "PATCH", "DELETE", "GET"]);
    expect(await valuesOf(world.direct, Object.keys(desired))).toEqual(desired);
  });

  it("of 200 pointers in 20 families is 200 requests", async () => {
    const desired = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => names(10, `a/p${i}`))
        .flat()
        .map((name) => [name, world.to(0)]),
    );
    const plan = await planOf(world.remote, desired);
    const before = world.proxy.seen.length;
    expect((await run(plan)).summary.applied).toBe(200);
    expect(world.proxy.seen.length - before).toBe(200);
  });

  it("starts nothing more after Ctrl-C", async () => {
    const stop = new AbortController();
    const plan = await planOf(
      world.remote,
      Object.fromEntries(names(60, "a/b").map((name) => [name, world.to(0)])),
    );
    world.setFaults((_, { writes }) => {
      if (writes === 10) stop.abort();
      return "none";
    });
    const report = await run(plan, { signal: stop.signal, concurrency: 4 });
    const sent = world.proxy.writes().length;
    expect(sent).toBeLessThanOrEqual(14);
    expect(report).toMatchObject({ interrupted: true, summary: { applied: sent, skipped: 60 - sent } });
  });

  it("never overwrites what changed since the plan, and says what it is", async () => {
    await world.seed({
      "a/b:moved": world.to(0),
      "a/b:locked": world.to(0),
      "a/b:deleted": world.to(0),
      "a/b:drop": world.to(0),
    });
    const changes = {
      "a/b:moved": world.to(1),
      "a/b:locked": world.to(1),
      "a/b:deleted": world.to(1),
      "a/b:drop": null,
      "a/b:made": world.to(1),
    };
    const plan = await planOf(world.remote, changes);
    const now = {
      "a/b:moved": world.to(2),
      "a/b:locked": world.to(0, true),
      "a/b:deleted": null,
      "a/b:drop": world.to(3),
      "a/b:made": world.to(2),
    };
    await world.direct.update("a/b:moved", now["a/b:moved"]);
    await world.direct.update("a/b:locked", now["a/b:locked"]);
    await world.direct.delete("a/b:deleted");
    await world.direct.update("a/b:drop", now["a/b:drop"]);
    await world.direct.create("a/b:made", now["a/b:made"]);
    const report = await run(plan);
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(["changed-since-planned"]));
    expect(report.results[0]?.error).toContain(`is now ${world.to(2).pipeline}`);
    expect(report.written).toBe(false);
    expect(world.proxy.writes()).toHaveLength(5);
    expect(await valuesOf(world.direct, Object.keys(changes))).toEqual(now);
  });

  it("finds what is already as wanted, and has written nothing", async () => {
    await world.seed({ "a/b:move": world.to(0), "a/b:gone": world.to(0) });
    const desired = { "a/b:move": world.to(1), "a/b:gone": null, "a/b:new": world.to(1) };
    const plan = await planOf(world.remote, desired);
    await world.direct.update("a/b:move", world.to(1));
    await world.direct.delete("a/b:gone");
    await world.direct.create("a/b:new", world.to(1));
    const report = await run(plan);
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(["already-there"]));
    expect(report).toMatchObject({ written: false, summary: { applied: 3 } });
  });

  it("confirms by the listing what was done though the answer was lost", async () => {
    await world.seed({ "a/b:xy": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    world.setFaults(({ method }) => (method === "GET" ? "none" : "drop"));
    expect(outcomes(await run(plan))).toEqual({ "a/b:xy": "applied" });
    expect(world.proxy.writes()).toHaveLength(1);
  });

  it("is not undone by a write that was given up and arrives late", async () => {
    await world.seed({ "a/b:xy": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    // The first write is lost on the way, for now; the second is done, and somebody moves on from there.
    let late: (() => Promise<number>) | undefined;
    world.setFaults(({ method, url, headers, body }) => {
      if (method === "GET" || late !== undefined) return "none";
      late = async () => {
        const { authorization = "", "if-match": expected } = headers;
        const sent = { authorization, "content-type": "application/json" };
        const condition = expected === undefined ? {} : { "if-match": expected };
        const asked = { method: "PATCH", body, headers: { ...sent, ...condition } };
        return (await fetch(world.target + url, asked)).status;
      };
      return "fail";
    });
    expect(outcomes(await run(plan))).toEqual({ "a/b:xy": "applied" });
    await world.direct.update("a/b:xy", world.to(2));
    expect(await late?.()).toBe(412);
    expect(await valuesOf(world.direct, ["a/b:xy"])).toEqual({ "a/b:xy": world.to(2) });
  });

  it("has written nothing where the comparison failed and nobody can say why", async () => {
    await world.seed({ "a/b:xy": world.to(0) });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    await world.direct.update("a/b:xy", world.to(2));
    world.setFaults(({ method }) => (method === "GET" ? "fail" : "none"));
    const report = await run(plan);
    expect(outcomes(report)).toEqual({ "a/b:xy": "not-listed" });
    expect(report.results[0]?.error).toMatch(/^nothing was written: it is no longer as planned/);
    expect(report.written).toBe(false);
  });

  it("has written nothing where the registry is gone by then", async () => {
    const plan = await planOf(world.remote, Object.fromEntries(names(30).map((name) => [name, world.to(1)])));
    await world.proxy.close();
    const report = await run(plan);
    const reasons = new Set(Object.values(outcomes(report)));
    expect(reasons.has("not-listed")).toBe(true);
    expect(reasons).not.toContain("unconfirmed");
    expect(report).toMatchObject({ written: false, summary: { applied: 0, failed: 30 } });
    expect(report.results[0]?.error).toMatch(/^nothing was written: .*ECONNREFUSED/);
  });

  it("moves a locked pointer in two writes, of which the second expects the first's", async () => {
    await world.seed({ "a/b:xy": world.to(0, true), "a/b:zz": world.to(0, true) });
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1, true), "a/b:zz": world.to(1, true) });
    world.setFaults(async ({ url, body }) => {
      // Between the two, somebody moves one on.
      if (url.endsWith("a/b:zz") && body.includes('"locked":true'))
        await world.direct.update("a/b:zz", world.to(2));
      return "none" as const;
    });
    const report = await run(plan);
    expect(outcomes(report)).toEqual({ "a/b:xy": "applied", "a/b:zz": "changed-since-planned" });
    expect(conditions().filter(([, path]) => path === "/a/b:xy")).toEqual([
      ["PATCH", "/a/b:xy", `"${world.to(0).pipeline};locked"`],
      ["PATCH", "/a/b:xy", `"${world.to(1).pipeline}"`],
    ]);
    expect(await valuesOf(world.direct, ["a/b:zz"])).toEqual({ "a/b:zz": world.to(2) });
  });

  it("tells where its writes come from, which the registry's history gives back", async () => {
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1) });
    await run(plan);
    await world.direct.list();
    const events = [];
    for await (const event of world.direct.history("a/b:xy")) events.push(event);
    expect(events).toEqual([
      {
        at: expect.closeTo(Date.now(), -5) as number,
        before: null,
        after: world.to(1),
        by: expect.any(String) as string,
        source: { commit: "c0ffee" },
      },
    ]);
  });
});

describe("a sync to a vendor's registry", () => {
  it("sends it nothing that the API does not have", async () => {
    const vendor = await openWorld();
    await vendor.seed({ "a/b:move": vendor.to(0), "a/b:gone": vendor.to(0) });
    const desired = { "a/b:move": vendor.to(1), "a/b:gone": null, "a/b:new": vendor.to(1) };
    await sync(await planOf(vendor.remote, desired), vendor.remote);
    const headers = vendor.proxy.seen.flatMap((seen) => Object.keys(seen.headers));
    expect([...new Set(headers)].toSorted()).toEqual(
      "accept authorization connection content-length content-type host user-agent".split(" "),
    );
    await vendor.close();
  });
});
