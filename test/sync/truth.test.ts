import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PointerValue } from "../../src/model/pointer.ts";
import type { Remote } from "../../src/model/remote.ts";
import type { Source } from "../../src/model/source.ts";
import type { Transport, TransportRequest, TransportResponse } from "../../src/remotes/v4/transport.ts";
import { v4Remote } from "../../src/remotes/v4/v4-remote.ts";
import { type Embedded, openEmbedded } from "../../src/registry/in-process.ts";
import { sync } from "../../src/sync/sync.ts";
import { planOf, valuesOf } from "./plan-of.ts";

const faults = ["none", "fail", "lose-before", "lose-after", "garble", "busy", "meddle", "abort"] as const;
type Fault = (typeof faults)[number];

let folder: string;
let registry: Embedded;
let direct: Remote;
let ids: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-truth-"));
  registry = await openEmbedded(folder);
  direct = remoteOn({
    send: (request) => registry.inject({ ...request, url: request.path }),
    close: async () => {},
  });
  ids = [];
  for (let i = 0; i < 3; i += 1)
    ids.push((await direct.publish({ name: "myuser/base", image: `base:${i}` })).id);
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

function remoteOn(transport: Transport, source: Source = {}): Remote {
  // Nobody has to wait for real: every pause and back-off is one turn of the event loop, and over.
  let ahead = 0;
  const clock = {
    now: () => ahead,
    sleep: async (ms: number) => {
      ahead += ms;
      await new Promise(setImmediate);
    },
  };
  return v4Remote({
    name: "embedded",
    url: "embedded:",
    transport,
    clock,
    retry: { attempts: 3 },
    source: async () => source,
  });
}

/**
 * A transport that does to the n-th request after `begin` what the n-th fault says; `meddle` lets another
 * hand move a pointer first. `settled` waits for requests that nobody waits for any more.
 */
function faulty(script: readonly Fault[], extended: boolean, meddle: () => Promise<void>, abort: () => void) {
  const under: Promise<unknown>[] = [];
  let n = Infinity;
  const answer = async (request: TransportRequest, fault: Fault): Promise<TransportResponse> => {
    if (fault === "fail") return { status: 500, headers: {}, body: '{"detail":"out of order"}' };
    if (fault === "busy") return { status: 429, headers: { "retry-after": "2" }, body: "" };
    if (fault === "lose-before") throw new Error("lost");
    if (fault === "meddle") await meddle();
    if (fault === "abort") abort();
    const said = await registry.inject({ ...request, url: request.path });
    // A vendor's registry offers nothing that the API does not have.
    const given = extended ? said : { ...said, headers: { ...said.headers, "x-pointsman": "" } };
    if (fault === "lose-after") throw new Error("lost");
    return fault === "garble" ? { ...given, body: "<html>" } : given;
  };
  const transport: Transport = {
    send(request) {
      const sent = answer(request, script[n] ?? "none");
      n += 1;
      under.push(sent);
      return sent;
    },
    close: async () => {},
  };
  return { transport, begin: () => (n = 0), settled: () => Promise.allSettled(under) };
}

/** 0: absent; 1 to 3: a pipeline; 4 to 6: the same, locked. */
const state = fc.integer({ min: 0, max: 6 });
const valueOf = (n: number): PointerValue | null =>
  n === 0 ? null : { pipeline: ids[(n - 1) % 3] ?? "", locked: n > 3 };

/** Makes it so, as somebody with the right to do anything would: a locked pointer is unlocked first. */
async function force(pointer: string, value: PointerValue | null): Promise<void> {
  await direct.update(pointer, { pipeline: ids[0] ?? "", locked: false }).catch(() => undefined);
  await direct.delete(pointer).catch(() => undefined);
  if (value !== null) await direct.create(pointer, value);
}

/** By the registry's record: each value in whose place the sync put another. */
async function replacedBySync(pointer: string): Promise<(PointerValue | null)[]> {
  const replaced: (PointerValue | null)[] = [];
  for await (const { before, source } of direct.history(pointer))
    if (source?.commit === "the sync") replaced.push(before);
  return replaced;
}

let family = 0;

describe.each([
  ["a vendor's registry", false],
  ["a registry that compares and sets, where nothing is replaced but what was planned against", true],
])("whatever goes wrong in whatever order, of %s", (_, extended) => {
  it("the report never contradicts the server", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ old: state, wanted: state }), { minLength: 1, maxLength: 6 }),
        fc.array(
          fc.oneof(
            { weight: 3, arbitrary: fc.constant("none" as const) },
            { weight: 1, arbitrary: fc.constant("meddle" as const) },
            { weight: 1, arbitrary: fc.constantFrom(...faults) },
          ),
          { maxLength: 40 },
        ),
        fc.array(fc.record({ which: fc.nat(5), to: state }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (pointers, script, meddling, concurrency) => {
          family += 1;
          const names = pointers.map((_, i) => `run/f${family}-${i % 2}:tag-${i}`);
          const desired = Object.fromEntries(names.map((name, i) => [name, valueOf(pointers[i]!.wanted)]));
          for (const [i, name] of names.entries()) await force(name, valueOf(pointers[i]!.old));
          // A registry deletes no locked pointer, and no plan asks for it.
          for (const [i, name] of names.entries()) if (pointers[i]!.old > 3) desired[name] ??= valueOf(1);

          const left = [...meddling];
          const meddledWith = new Set<string>();
          const stop = new AbortController();
          const meddle = async () => {
            const next = left.shift();
            const name = names[next?.which ?? names.length];
            if (next === undefined || name === undefined) return;
            meddledWith.add(name);
            await force(name, valueOf(next.to));
          };
          const { transport, begin, settled } = faulty(script, extended, meddle, () => stop.abort());
          const remote = remoteOn(transport, { commit: "the sync" });
          const plan = await planOf(remote, desired);
          begin();
          const report = await sync(plan, remote, {
            concurrency,
            signal: stop.signal,
            delay: 0,
            attempts: 3,
          });

          await settled();
          const now = await valuesOf(direct, names);
          expect(report.results.map(({ pointer }) => pointer)).toEqual(
            plan.changes.map(({ pointer }) => pointer),
          );
          for (const { pointer, status, reason, before, after } of report.results) {
            // Another hand may come after the confirmation: of those nothing more is known than what it did.
            if (meddledWith.has(pointer)) continue;
            const moved = after === null ? null : { ...after, locked: false };
            if (status === "applied") expect(now[pointer]).toEqual(after);
            else if (reason === "not-locked") expect([after, moved]).toContainEqual(now[pointer]);
            else if (reason === "unconfirmed") expect([before, moved, after]).toContainEqual(now[pointer]);
            else {
              expect(reason).not.toBe("changed-since-planned");
              expect(now[pointer]).toEqual(before);
            }
          }
          if (!report.written) {
            for (const { pointer, before } of plan.changes) {
              if (!meddledWith.has(pointer)) expect(now[pointer]).toEqual(before);
            }
          }
          if (extended) {
            for (const { pointer, before, after } of plan.changes) {
              const moved = after === null ? null : { ...after, locked: false };
              for (const replaced of await replacedBySync(pointer))
                expect([before, moved]).toContainEqual(replaced);
            }
          }
          // What nobody planned to change stands as it stood.
          for (const [i, name] of names.entries()) {
            const planned = plan.changes.some(({ pointer }) => pointer === name);
            if (!planned && !meddledWith.has(name)) expect(now[name]).toEqual(valueOf(pointers[i]!.old));
          }

          for (const name of names) if (desired[name] === null && now[name]?.locked) await force(name, null);
          const again = await sync(await planOf(direct, desired), direct, { delay: 0 });
          expect(again.summary).toMatchObject({ failed: 0, skipped: 0 });
          expect(await valuesOf(direct, names)).toEqual(desired);
          for (const name of names) await force(name, null);
        },
      ),
      { numRuns: 75 },
    );
  });
});
