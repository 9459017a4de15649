import type { LookupFunction } from "node:net";
import type { WireRunError } from "../../wire/run.ts";
import type { Resolved } from "../store/pointer-store.ts";
import type { RunRecord, RunStore } from "../store/run-store.ts";
import { Budget } from "../budget.ts";
import { type Forwarding, forwardRun, forwardStream } from "./forward.ts";
import { type GatewayLimits, defaultLimits } from "./limits.ts";
import { Run, secondsNow } from "./run.ts";
import type { GatewayAnswer } from "./run-answer.ts";
import { RunFailure } from "./run-failure.ts";
import { type Logged, RunLog } from "./run-log.ts";
import type { RunRequest } from "./run-request.ts";
import { isRunId, newRunId } from "./run-id.ts";
import { runText } from "./run-text.ts";
import type { UpstreamObserver } from "./upstream.ts";
import type { UpstreamRule } from "./upstream-rule.ts";
import { Upstreams } from "./upstreams.ts";

export interface GatewayOptions {
  readonly runs: RunStore;
  /** Where pipelines may run. */
  readonly rules: readonly UpstreamRule[];
  readonly limits?: Partial<GatewayLimits>;
  /** Told of what nobody else hears of: a record that could not be written, a run in the background that broke. */
  readonly onError: (error: unknown, logged: Logged) => void;
  /** Told of each run that its container, or the way there, failed. */
  readonly onFailure?: (failure: RunFailure, run: Run, correlationId: string) => void;
  /** Told how each run ended. */
  readonly onRun?: (pointer: string | null, state: RunRecord["state"]) => void;
  /** Told of each call to a container: its status, 0 where none came, and the seconds until then. */
  readonly onUpstream?: UpstreamObserver;
  /** How names of hosts are looked up; Node's own by default. */
  readonly lookup?: LookupFunction;
}

/** Who runs something. */
export interface RunCaller {
  /** The id of its token. */
  readonly token: string;
  readonly correlationId: string;
  /** Told the run's id, once it has one. */
  readonly onBegin: (id: string) => void;
  /** Calls the listener where the caller leaves before it has its answer. */
  readonly onLeave: (listener: () => void) => void;
  /** Calls the listener once nothing of the answer is in memory any more. */
  readonly onDone: (listener: () => void) => void;
}

/** Characters of an error's message, and of its traceback, that are kept. */
const keptOfError = 64 * 1024;

/** Sends runs to the containers of pipelines, and keeps a record of them. */
export class Gateway {
  readonly rules: readonly UpstreamRule[];
  readonly limits: GatewayLimits;
  readonly #options: GatewayOptions;
  readonly #upstreams: Upstreams;
  readonly #log: RunLog;
  /** What is in memory of runs that nobody waits for, of containers' answers, and of runs that are read. */
  readonly #inputs: Budget;
  readonly #answers: Budget;
  readonly #ended: Budget;
  readonly #running = new Set<Run>();
  #isOpen = true;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.rules = options.rules;
    const limits = { ...defaultLimits, ...options.limits };
    // Who lets containers compute for longer means it for these runs too.
    this.limits = {
      ...limits,
      background: Math.max(limits.background, limits.answer),
      stream: Math.max(limits.stream, limits.answer),
    };
    const aBudget = (): Budget => new Budget(limits.held);
    [this.#inputs, this.#answers, this.#ended] = [aBudget(), aBudget(), aBudget()];
    this.#upstreams = new Upstreams(options.rules, this.limits, options);
    this.#log = new RunLog(options.runs, options.onError);
  }

  /**
   * Runs a pipeline: answers with its result, or at once where the request says so.
   * @throws RunFailure crowded or stopped, where the run does not even begin
   */
  async run(resolved: Resolved, request: RunRequest, caller: RunCaller): Promise<GatewayAnswer> {
    const { answer, background, load } = this.limits;
    const patience = request.isAsync ? background : answer + (request.waits ? load : 0);
    const run = this.#begin(resolved, patience, request, caller);
    const forwarding = this.#forwarding(resolved, request, caller);
    if (!request.isAsync) {
      caller.onLeave(() => run.abort(left()));
      try {
        return await forwardRun(forwarding, run);
      } finally {
        if (run.share !== null) caller.onDone(run.share.free);
      }
    }
    const { record } = run;
    if ((await this.#log.flush()).includes(record.id)) {
      const failure = new RunFailure("stopped", "the run could not be recorded", { retryAfter: 1 });
      run.abort(failure);
      throw failure;
    }
    const { correlationId } = caller;
    forwardRun(forwarding, run)
      .catch((error: unknown) => this.#options.onError(error, { run: record, correlationId }))
      .finally(() => run.share?.free());
    return { status: 202, retryAfter: null, body: runText(record) };
  }

  /**
   * Runs a pipeline, and passes its outputs on as they come.
   * @throws as `run`
   */
  async stream(resolved: Resolved, request: RunRequest, caller: RunCaller): Promise<GatewayAnswer> {
    const run = this.#begin(resolved, this.limits.stream, request, caller);
    caller.onLeave(() => run.abort(left()));
    return forwardStream(this.#forwarding(resolved, request, caller), run);
  }

  /** What is known of a run, whether it has ended or not; null where nothing is. */
  async get(id: string, { onDone }: Pick<RunCaller, "onDone">): Promise<RunRecord | null> {
    if (!isRunId(id)) return null;
    const share = await this.#ended.wait(await this.#log.size(id), onDone);
    onDone(share.free);
    return this.#log.read(id);
  }

  /** Ends the runs under way: callers are told so. */
  stop(): void {
    for (const run of this.#running) run.abort(stopped());
  }

  /** Waits for the runs under way, for so many milliseconds at most, then ends them. No other begins. */
  async close(patience: number): Promise<void> {
    this.#isOpen = false;
    const ended = [...this.#running].map((run) => new Promise((resolve) => run.onEnd(resolve)));
    const stop = setTimeout(() => this.stop(), patience);
    await Promise.all(ended);
    clearTimeout(stop);
    await this.#log.close();
    await this.#upstreams.close();
  }

  #begin(
    { pointer, pipeline }: Resolved,
    patience: number,
    { isAsync, inputs }: RunRequest,
    { token, correlationId, onBegin }: RunCaller,
  ): Run {
    if (!this.#isOpen) throw stopped();
    if (this.#running.size >= this.limits.runs) {
      throw new RunFailure("crowded", "too many runs are under way", { retryAfter: 1 });
    }
    // Those of others are counted until their caller has its answer.
    const share = isAsync ? this.#inputs.take(inputs.length) : undefined;
    if (share === null) {
      throw new RunFailure("crowded", "too many large runs are under way", { retryAfter: 1 });
    }
    const now = secondsNow();
    const begun: RunRecord = {
      id: newRunId(),
      pointer,
      pipeline_id: pipeline.id,
      token,
      async: isAsync,
      created_at: now,
      updated_at: now,
      state: "running",
      outputs: null,
      error: null,
    };
    const run = new Run(begun, patience);
    this.#running.add(run);
    onBegin(begun.id);
    this.#log.put(begun, correlationId);
    run.onEnd((ended) => {
      share?.free();
      this.#running.delete(run);
      this.#log.put(this.#worthKeeping(ended), correlationId);
      this.#options.onRun?.(pointer, ended.state);
      const { failure } = run;
      if (failure !== undefined && failure.kind !== "left")
        this.#options.onFailure?.(failure, run, correlationId);
    });
    return run;
  }

  #forwarding(resolved: Resolved, request: RunRequest, { correlationId }: RunCaller): Forwarding {
    const { extras } = resolved.pipeline;
    const { limits } = this;
    return { extras, request, correlationId, upstreams: this.#upstreams, limits, answers: this.#answers };
  }

  /** A caller that waited has the outputs already: large ones are not kept for another look. Nor are very long errors. */
  #worthKeeping(run: RunRecord): RunRecord {
    if (run.error !== null) return { ...run, error: shortened(run.error) };
    return run.async || Buffer.byteLength(run.outputs ?? "") <= this.limits.kept
      ? run
      : { ...run, outputs: null };
  }
}

/** The beginning of the message, and the end of the traceback: there is what was raised. */
function shortened({ type, message, traceback }: WireRunError): WireRunError {
  return {
    type,
    message: message.slice(0, keptOfError),
    traceback: traceback === null ? null : traceback.slice(-keptOfError),
  };
}

function left(): RunFailure {
  return new RunFailure("left", "the caller left before the run was done");
}

function stopped(): RunFailure {
  return new RunFailure("stopped", "the registry is stopping", { retryAfter: 1 });
}
