import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SyncReport } from "../../src/model/report.ts";
import { httpRemote } from "../../src/remotes/v4/http-remote.ts";
import { RemoteError } from "../../src/remotes/remote-error.ts";
import { Halt } from "../../src/sync/halt.ts";
import { sync } from "../../src/sync/sync.ts";
import { planOf, valuesOf } from "./plan-of.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const reasons = ({ results }: SyncReport) => {
  const counts: Record<string, number> = {};
  for (const { status, reason } of results) counts[reason ?? status] = (counts[reason ?? status] ?? 0) + 1;
  return counts;
};
const creates = (count: number, perFamily = count) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`team/p${Math.floor(i / perFamily)}:tag-${i}`, world.to(0)]),
  );

/** Whatever the report calls applied is there, and whatever it calls untouched isn't. */
async function expectTruth(report: SyncReport) {
  const now = await valuesOf(
    world.direct,
    report.results.map(({ pointer }) => pointer),
  );
  for (const { pointer, status, after, before, reason } of report.results) {
    if (status === "applied") expect(now[pointer]).toEqual(after);
    else if (reason !== "unconfirmed") expect(now[pointer]).toEqual(before);
  }
}

describe("Ctrl-C", () => {
  it("finishes what is in flight and starts nothing more", async () => {
    const stop = new AbortController();
    const plan = await planOf(world.remote, creates(100));
    world.setFaults(async ({ method }, { writes }) => {
      if (method !== "GET" && writes === 20) stop.abort();
      if (method !== "GET") await new Promise((resolve) => setTimeout(resolve, 10));
      return "none" as const;
    });
    const report = await sync(plan, world.remote, { signal: stop.signal, concurrency: 8 });
    const sent = world.proxy.writes().length;
    expect(sent).toBeLessThanOrEqual(28);
    expect(reasons(report)).toEqual({ applied: sent, interrupted: 100 - sent });
    expect(report).toMatchObject({ interrupted: true, written: true });
    expect(report.summary.skipped).toBe(100 - sent);
    await expectTruth(report);
  });

  it("before anything is written says that nothing was", async () => {
    const stop = new AbortController();
    stop.abort();
    const plan = await planOf(world.remote, creates(5));
    const report = await sync(plan, world.remote, { signal: stop.signal });
    expect(reasons(report)).toEqual({ interrupted: 5 });
    expect(report).toMatchObject({ interrupted: true, written: false });
    expect(world.proxy.writes()).toEqual([]);
  });

  it.each([
    ["a listing that does not come", (method: string) => method === "GET", { status: 503 }],
    ["a back-off", (method: string) => method !== "GET", { status: 500 }],
    ["a pause", (method: string) => method !== "GET", { status: 429, headers: { "retry-after": "30" } }],
  ])("wakes from %s", { timeout: 15_000 }, async (_, hits, answer) => {
    const stop = new AbortController();
    const plan = await planOf(world.remote, creates(3));
    world.setFaults(({ method }) => (hits(method) ? answer : "none"));
    setTimeout(() => stop.abort(), 150);
    const patient = httpRemote({
      name: "prod",
      url: world.remote.url,
      token: "world-token",
      retry: { delay: 20_000 },
    });
    const report = await sync(plan, patient, { signal: stop.signal, delay: 20_000 });
    await patient.close();
    expect(report.interrupted).toBe(true);
    expect(reasons(report)).toEqual({ interrupted: 3 });
    await expectTruth(report);
  });

  it("does not leave a locked pointer half moved", async () => {
    await world.seed({ "a/b:xy": world.to(0, true) });
    const stop = new AbortController();
    const plan = await planOf(world.remote, { "a/b:xy": world.to(1, true) });
    world.setFaults(({ method }) => {
      if (method !== "GET") stop.abort();
      return "none";
    });
    const report = await sync(plan, world.remote, { signal: stop.signal });
    expect(report.summary.applied).toBe(1);
    await expectTruth(report);
  });
});

describe("a sync starts nothing more", () => {
  it("once the token is refused", async () => {
    const plan = await planOf(world.remote, creates(100));
    world.setFaults(({ method }, { writes }) =>
      method !== "GET" && writes > 10 ? { status: 401, body: { detail: "expired" } } : "none",
    );
    const report = await sync(plan, world.remote, { concurrency: 4 });
    expect(reasons(report)).toEqual({ applied: 10, unauthorized: 90 });
    expect(world.proxy.writes().length).toBeLessThanOrEqual(14);
    expect(report.results.at(-1)?.error).toContain("401: expired");
    await expectTruth(report);
  });

  it("once the token is refused for a listing", async () => {
    const plan = await planOf(world.remote, creates(50, 5));
    const listed = world.proxy.seen.length;
    world.setFaults(() => ({ status: 401, body: { detail: "expired" } }));
    const report = await sync(plan, world.remote, { concurrency: 4 });
    expect(reasons(report)).toEqual({ unauthorized: 50 });
    // The four that are begun share a family: no other is asked for.
    expect(world.proxy.seen.length - listed).toBe(1);
    expect(report.written).toBe(false);
  });

  it("once the remote is gone, and says so", async () => {
    const plan = await planOf(world.remote, creates(500, 5));
    let open = true;
    world.setFaults(({ method }, { writes }) => {
      if (method !== "GET" && writes > 20) open = false;
      return open ? "none" : null;
    });
    const report = await sync(plan, world.remote, { delay: 2 });
    const counts = reasons(report);
    expect(counts["applied"]).toBeGreaterThan(0);
    expect(counts["not-attempted"]).toBeGreaterThan(400);
    expect(report.results.at(-1)?.error).toContain("the remote stopped answering");
    await expectTruth(report);
  });

  it("once nothing listens any more", async () => {
    const plan = await planOf(world.remote, creates(300, 300));
    await world.proxy.close();
    const report = await sync(plan, world.remote, { delay: 2 });
    const { "not-listed": notListed = 0, "not-attempted": notAttempted = 0 } = reasons(report);
    expect(notListed + notAttempted).toBe(300);
    // Those that were begun, of which five are enough.
    expect(notListed).toBeLessThanOrEqual(16);
    expect(report).toMatchObject({ written: false, summary: { applied: 0, failed: 300 } });
    expect(report.results[0]?.error).toContain("ECONNREFUSED");
  });

  it.each([
    ["at once", 0],
    ["after some writes", 10],
  ])(
    "once the remote asks %s for a longer pause than is waited for, which refuses nothing",
    async (_, after) => {
      const plan = await planOf(world.remote, creates(60, 3));
      world.setFaults((_seen, { writes }) =>
        writes >= after ? { status: 429, headers: { "retry-after": "3600" } } : "none",
      );
      const report = await sync(plan, world.remote);
      expect(
        Object.keys(reasons(report))
          .filter((reason) => reason !== "applied")
          .sort(),
      ).toEqual(["not-attempted", "not-listed"]);
      expect(report.results.at(-1)?.error).toContain("asks to wait");
      await expectTruth(report);
    },
  );

  it("but one family that cannot be listed stops no other", async () => {
    const plan = await planOf(world.remote, creates(100, 20));
    world.setFaults(({ url }) => (url.includes("pipeline_name=team%2Fp0") ? "fail" : "none"));
    const report = await sync(plan, world.remote, { delay: 2 });
    expect(reasons(report)).toEqual({ "not-listed": 20, applied: 80 });
    await expectTruth(report);
  });

  it("but pointers that are given up now and then stop no other", async () => {
    const plan = await planOf(world.remote, creates(40));
    world.setFaults(({ body }) => (/tag-\d?[05]"/.test(body) ? "fail" : "none"));
    const report = await sync(plan, world.remote, { attempts: 1, concurrency: 1 });
    expect(reasons(report)).toEqual({ "gave-up": 8, applied: 32 });
    await expectTruth(report);
  });

  it("for what stopped it first, whatever comes then", () => {
    const stop = new AbortController();
    const halt = new Halt(stop.signal);
    halt.gaveUp(new RemoteError("no", { outcome: "refused", status: 401 }));
    stop.abort();
    expect(halt.verdict).toMatchObject({ status: "failed", reason: "unauthorized" });
    expect(halt.interrupted).toBe(true);
    halt.close();
  });

  it("but names that are refused one by one stop no other", async () => {
    const plan = await planOf(world.remote, creates(60));
    world.setFaults(({ body }, { writes }) =>
      body !== "" && writes <= 50 ? { status: 422, body: { detail: "no" } } : "none",
    );
    const report = await sync(plan, world.remote);
    expect(reasons(report)).toEqual({ refused: 50, applied: 10 });
  });
});
