import type { Clock } from "../clock.ts";
import { RemoteError } from "../remote-error.ts";

/** Milliseconds that a remote may have us wait; beyond that, failing with a message serves better. */
export const longestPause = 60_000;
/** Milliseconds by which a pause is longer than all before where it is told again. */
const worthTelling = 500;

/**
 * What every request of one remote passes: a remote that asks for a pause gets it from all of them together. One that
 * had too many is then sent one at a time, and one more for each that it answers.
 */
export class Gate {
  readonly #clock: Clock;
  readonly #onPause: ((ms: number) => void) | undefined;
  #until = 0;
  /** The longest pause that was told. */
  #told = 0;
  #underWay = 0;
  #most = Number.POSITIVE_INFINITY;
  #wake: (() => void)[] = [];

  constructor(clock: Clock, onPause?: (ms: number) => void) {
    this.#clock = clock;
    this.#onPause = onPause;
  }

  /** Closes the gate for `ms` milliseconds from now. */
  pause(ms: number): void {
    this.#until = Math.max(this.#until, this.#clock.now() + ms);
    if (ms > longestPause || (this.#told > 0 && ms < this.#told + worthTelling)) return;
    this.#told = ms;
    this.#onPause?.(ms);
  }

  /**
   * Waits until the gate is open. Whoever has passed it says by `leave` when the answer is there.
   * @throws RemoteError `interrupted` once `signal` is aborted; `remote-unreachable` where the pause asked for is too long
   */
  async pass(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#until - this.#clock.now();
      if (left <= 0 && this.#underWay < this.#most) break;
      if (left > longestPause) throw tooLong(left);
      if (left > 0) await this.#clock.sleep(left, signal);
      else await new Promise<void>((resolve) => this.#wake.push(resolve));
      // Its turn may have come only because others were interrupted, or have ended since.
      if (signal?.aborted === true) throw interrupted();
    }
    this.#underWay += 1;
  }

  /** @param isTooMany whether the remote had too many requests for this one */
  leave(isTooMany: boolean): void {
    this.#underWay -= 1;
    this.#most = isTooMany ? 1 : this.#most + 1;
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** The milliseconds of a Retry-After header, given as seconds or as an HTTP date; undefined where it is neither. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function tooLong(ms: number): RemoteError {
  return new RemoteError(
    `the remote asks to wait ${Math.ceil(ms / 1000)} s before the next request; pointsman waits ${longestPause / 1000} s at most`,
    { outcome: "refused", code: "remote-unreachable", hint: "try again later" },
  );
}

function interrupted(): RemoteError {
  return new RemoteError("interrupted before the request was sent", {
    outcome: "refused",
    code: "interrupted",
  });
}
