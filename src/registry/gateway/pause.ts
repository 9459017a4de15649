import { setTimeout } from "node:timers/promises";

/**
 * Waits, without keeping the process alive for it.
 * @param ms milliseconds
 * @throws `signal`'s reason once that is aborted
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal, ref: false }).catch(() => signal.throwIfAborted());
}
