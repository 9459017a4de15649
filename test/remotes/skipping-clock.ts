import type { Clock } from "../../src/remotes/clock.ts";

/** Real time, in which every wait is over at once. */
export function skippingClock(): Clock {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  return {
    now,
    sleep: async (ms: number) => {
      const end = now() + ms;
      await new Promise((resolve) => setImmediate(resolve));
      ahead = Math.max(ahead, end - Date.now());
    },
  };
}
