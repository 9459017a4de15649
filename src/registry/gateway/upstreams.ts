import type { LookupFunction } from "node:net";
import type { buildConnector } from "undici";
import { chooseUpstream, noneUp } from "./choose-upstream.ts";
import { checkedConnector } from "./connector.ts";
import { type Endpoint, endpointsIn, explainEndpoint, parseEndpoint } from "./endpoints.ts";
import type { GatewayLimits } from "./limits.ts";
import { pause } from "./pause.ts";
import type { Run } from "./run.ts";
import { RunFailure } from "./run-failure.ts";
import { Upstream, type UpstreamObserver } from "./upstream.ts";
import type { UpstreamRule } from "./upstream-rule.ts";

/** Texts whose judgement is remembered. */
const mostJudged = 10_000;
/** Milliseconds between two looks at containers that are loading. */
const [soonest, latest] = [100, 2_000];

/** The containers that runs were sent to last. */
export class Upstreams {
  /** In the order of their last use. */
  readonly #known = new Map<string, Upstream>();
  readonly #judged = new Map<string, Endpoint | null>();
  readonly #rules: readonly UpstreamRule[];
  readonly #limits: GatewayLimits;
  readonly #connect: buildConnector.connector;
  readonly #observe: UpstreamObserver | undefined;

  constructor(
    rules: readonly UpstreamRule[],
    limits: GatewayLimits,
    options: { readonly lookup?: LookupFunction; readonly onUpstream?: UpstreamObserver },
  ) {
    this.#rules = rules;
    this.#limits = limits;
    this.#connect = checkedConnector(rules, limits.connect, options.lookup);
    this.#observe = options.onUpstream;
  }

  /**
   * The containers of a pipeline.
   * @throws RunFailure unset or forbidden where it has none that may be used
   */
  of(extras: unknown): Upstream[] {
    const listed = endpointsIn(extras);
    if (listed.length === 0) {
      throw new RunFailure("unset", "the pipeline has no endpoints: an administrator sets extras.endpoints");
    }
    const found = new Set<Upstream>();
    for (const text of listed) {
      const endpoint = this.#read(text);
      if (endpoint !== null) found.add(this.#use(endpoint));
    }
    this.#forgetOldest();
    if (found.size > 0) return [...found];
    const message = "the pipeline's endpoints are none that this registry may send runs to";
    const cause = new Error(`--allow-upstream names none of ${listed.join(", ")}`);
    throw new RunFailure("forbidden", message, { cause });
  }

  /**
   * Sends a run to the least busy container, and to another one only where the first certainly never got
   * it. It counts as under way there until its end.
   * @throws RunFailure
   */
  async send<Answer>(
    upstreams: readonly Upstream[],
    run: Run,
    attempt: (upstream: Upstream) => Promise<Answer>,
  ): Promise<{ readonly upstream: Upstream; readonly answer: Answer }> {
    for (let left = upstreams; ;) {
      const upstream = await chooseUpstream(left);
      upstream.busy += 1;
      run.endpoint = upstream.url;
      try {
        const answer = await attempt(upstream);
        run.onEnd(() => (upstream.busy -= 1));
        return { upstream, answer };
      } catch (error) {
        upstream.busy -= 1;
        left = left.filter((other) => other !== upstream);
        if (left.length === 0 || !isUnsent(error)) throw error;
      }
    }
  }

  /**
   * Waits until a container is up.
   * @throws RunFailure as `noneUp` says once the limit is over; the signal's reason
   */
  async load(upstreams: readonly Upstream[], signal: AbortSignal): Promise<void> {
    const end = performance.now() + this.#limits.load;
    for (let wait = soonest; ; wait = Math.min(wait * 1.5, latest)) {
      await Promise.all(upstreams.map((upstream) => upstream.probe()));
      signal.throwIfAborted();
      if (upstreams.some(({ health }) => health === "up")) return;
      if (performance.now() + wait > end || upstreams.every(({ health }) => health === "failed")) {
        throw noneUp(upstreams);
      }
      await pause(wait, signal);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#known.values()].map((upstream) => upstream.close()));
  }

  /** An endpoint as a pipeline has it, judged once; null where runs may not go there. */
  #read(text: string): Endpoint | null {
    const known = this.#judged.get(text);
    if (known !== undefined) return known;
    const endpoint = explainEndpoint(text, this.#rules) === null ? parseEndpoint(text) : null;
    if (this.#judged.size >= mostJudged) this.#judged.clear();
    this.#judged.set(text, endpoint);
    return endpoint;
  }

  #use(endpoint: Endpoint): Upstream {
    const { url } = endpoint;
    const upstream =
      this.#known.get(url) ?? new Upstream(endpoint, this.#connect, this.#limits, this.#observe);
    this.#known.delete(url);
    this.#known.set(url, upstream);
    return upstream;
  }

  /** Whoever uploads pipelines names as many endpoints as he likes. Connections of one that is idle close by themselves. */
  #forgetOldest(): void {
    for (const [url, { busy }] of this.#known) {
      if (this.#known.size <= this.#limits.endpoints) return;
      if (busy === 0) this.#known.delete(url);
    }
  }
}

function isUnsent(error: unknown): boolean {
  return error instanceof RunFailure && (error.kind === "unreachable" || error.kind === "forbidden");
}
