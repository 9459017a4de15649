import type { Clock } from "../clock.ts";
import { RemoteError } from "../remote-error.ts";

/** Milliseconds that a remote may ask us to wait; beyond that, failing with a message serves better. */
const longestPause = 60_000;
/** Milliseconds by which a pause must grow to be told again. */
const worthTelling = 500;

/** What every request of one remote passes: a remote that asks for a pause gets it from all of them together. */
export class Gate {
  readonly #clock: Clock;
  readonly #onPause: ((ms: number) => void) | undefined;
  #until = 0;

  constructor(clock: Clock, onPause?: (ms: number) => void) {
    this.#clock = clock;
    this.#onPause = onPause;
  }

  /** Closes the gate for `ms` milliseconds from now. */
  pause(ms: number): void {
    const now = this.#clock.now();
    const grows = now + ms - Math.max(this.#until, now);
    if (grows <= 0) return;
    const open = this.#until <= now;
    this.#until = now + ms;
    if (ms <= longestPause && (open || grows >= worthTelling)) this.#onPause?.(ms);
  }

  /**
   * Waits until the gate is open.
   * @throws RemoteError `interrupted` once `signal` is aborted; `remote-unreachable` where the pause asked for is too long
   */
  async pass(signal?: AbortSignal): Promise<void> {
    for (let left = this.#left(); left > 0; left = this.#left()) {
      if (left > longestPause) throw tooLong(left);
      if (signal?.aborted === true) throw interrupted();
      await this.#clock.sleep(left, signal);
    }
  }

  #left(): number {
    return this.#until - this.#clock.now();
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
