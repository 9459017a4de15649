/**
 * How work grows: the processor time of four times as much over that of so much. It is 4 where work and size are in
 * proportion, and 16 where every part is held against every other. The least of a few measurements in turns: other
 * programs take time of the clock, and hardly any of this one's.
 */
export function growth(work: (size: number) => void, size: number): number {
  let [once, fourTimes] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < 4; turn += 1) {
    once = Math.min(
      once,
      processorTime(() => work(size)),
    );
    fourTimes = Math.min(
      fourTimes,
      processorTime(() => work(4 * size)),
    );
  }
  return fourTimes / once;
}

/** What is no longer in proportion, with room for what a garbage collector does. */
export const outOfProportion = 9;

function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
