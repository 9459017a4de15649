import { setTimeout } from "node:timers/promises";

/** Time, so that a test can hold it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits `ms` milliseconds, or until `signal` is aborted; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) =>
    setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

/**
 * Milliseconds to wait after the failed try number `tries` (1, 2, …): doubling from `base` up to `most`,
 * less up to half of it at random, so that many clients don't come back at once.
 */
export function backOff(tries: number, base: number, most: number): number {
  return Math.min(base * 2 ** (tries - 1), most) * (0.5 + Math.random() / 2);
}
