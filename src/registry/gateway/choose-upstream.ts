import { RunFailure } from "./run-failure.ts";
import type { Upstream } from "./upstream.ts";

/** Milliseconds after which a container is asked again how it is: one that was up, and one that was not. */
const freshness = { up: 5_000, other: 1_000 };
/** Milliseconds after which that a container was up says nothing any more. */
const forgotten = 30_000;

/**
 * The least busy of a pipeline's containers that are up. A single one is taken as it is: there is no
 * choice, and its own answer says best how it is. Of several, those not heard of for a while are asked
 * how they are, in the background where another is known to be up; nobody is asked while nothing runs.
 * @throws RunFailure forbidden, unreachable or loading where none is up
 */
export async function chooseUpstream(upstreams: readonly Upstream[]): Promise<Upstream> {
  const [first, ...others] = upstreams;
  if (first === undefined) throw new RunFailure("unreachable", "the pipeline's container cannot be reached");
  if (others.length === 0) return first;
  const now = performance.now();
  const asked = upstreams.filter((upstream) => isStale(upstream, now)).map((upstream) => upstream.probe());
  const known = leastBusy(upstreams, now);
  if (known !== undefined) return known;
  await Promise.all(asked);
  const found = leastBusy(upstreams, performance.now());
  if (found !== undefined) return found;
  throw noneUp(upstreams);
}

/** Of equally busy ones, the one that was chosen longest ago. */
function leastBusy(upstreams: readonly Upstream[], now: number): Upstream | undefined {
  const [best] = upstreams
    .filter(({ health, heardAt }) => health === "up" && now - heardAt < forgotten)
    .sort((a, b) => a.busy - b.busy || a.chosenAt - b.chosenAt);
  if (best !== undefined) best.chosenAt = now;
  return best;
}

function isStale({ health, heardAt }: Upstream, now: number): boolean {
  return now - heardAt > (health === "up" ? freshness.up : freshness.other);
}

/** What to say where no container is up: that one is loading is the best news. */
export function noneUp(upstreams: readonly Upstream[]): RunFailure {
  if (upstreams.some(({ health }) => health === "loading")) {
    return new RunFailure("loading", "the pipeline is still loading", { retryAfter: 5 });
  }
  const broken = upstreams.some(({ health }) => health === "failed");
  return broken
    ? new RunFailure("garbled", "the pipeline's containers could not load it")
    : new RunFailure("unreachable", "none of the pipeline's containers can be reached");
}
