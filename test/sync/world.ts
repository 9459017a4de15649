import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PointerValue } from "../../src/model/pointer.ts";
import type { Clock } from "../../src/remotes/clock.ts";
import { httpRemote } from "../../src/remotes/v4/http-remote.ts";
import { startRegistry } from "../../src/registry/serve.ts";
import { faultyProxy, type Fault, type ProxyOptions } from "./faulty-proxy.ts";
import type { Scripted, Seen } from "../remotes/scripted-server.ts";

export type FaultOf = (
  seen: Seen,
  order: { requests: number; writes: number },
) => Fault | Scripted | Promise<Fault | Scripted>;

const token = "world-token";

/**
 * A real registry with four pipelines, and two ways to it: `direct`, and `remote` through a proxy that
 * does to each request what `faultOf` says (nothing, until `setFaults`). Without `extended` the registry is
 * seen there as a vendor's would be: without our extensions of the API.
 */
export async function openWorld({ clock, ...options }: ProxyOptions & { clock?: Clock } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "pointsman-sync-"));
  const registry = await startRegistry({ host: "127.0.0.1", port: 0, dataDir, token });
  const direct = httpRemote({ name: "direct", url: registry.url, token });
  let faultOf: FaultOf = () => "none";
  const proxy = await faultyProxy(registry.url, (seen, order) => faultOf(seen, order), options);
  const pauses: number[] = [];
  const remote = httpRemote({
    name: "prod",
    url: proxy.url,
    token,
    retry: { delay: 2 },
    source: () => Promise.resolve({ commit: "c0ffee" }),
    onPause: (ms) => pauses.push(ms),
    ...(clock === undefined ? {} : { clock }),
  });
  const ids: string[] = [];
  for (let i = 0; i < 4; i += 1)
    ids.push((await direct.publish({ name: "myuser/base", image: `base:${i}` })).id);

  const to = (pipeline: number, locked = false): PointerValue => ({ pipeline: ids[pipeline] ?? "", locked });
  return {
    direct,
    remote,
    proxy,
    /** The registry itself. */
    target: registry.url,
    pauses,
    /** The value that points at the pipeline of that number, 0 to 3. */
    to,
    setFaults: (next: FaultOf) => (faultOf = next),
    seed: async (values: Readonly<Record<string, PointerValue>>) => {
      const all = Object.entries(values);
      for (let at = 0; at < all.length; at += 50) {
        await Promise.all(all.slice(at, at + 50).map(([name, value]) => direct.create(name, value)));
      }
    },
    close: async () => {
      await remote.close();
      await direct.close();
      await proxy.close();
      await registry.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
