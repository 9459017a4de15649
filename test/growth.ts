/** What is no longer in proportion, with room for what a garbage collector does. */
export const outOfProportion = 9;

/**
 * How work grows: the processor time of four times as much over that of so much. It is 4 where work and size are in
 * proportion, and 16 where every part is held against every other. Small work is repeated until a garbage collection
 * or two no longer show. The least of a few measurements in turns, and of more where those say that it is out of
 * proportion: what is so stays so, and the noise of a busy machine does not.
 */
export function growth(work: (size: number) => void, size: number): number {
  const times = repetitions(() => work(size));
  let [once, fourTimes] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < 3 || (turn < 15 && fourTimes / once >= outOfProportion); turn += 1) {
    once = Math.min(
      once,
      processorTime(times, () => work(size)),
    );
    fourTimes = Math.min(
      fourTimes,
      processorTime(times, () => work(4 * size)),
    );
  }
  return fourTimes / once;
}

/** How often work is to be done to take some milliseconds of processor time. */
function repetitions(work: () => void): number {
  for (let times = 1; ; times *= 2) {
    if (processorTime(times, work) >= 4000) {
      return times;
    }
  }
}

/** Microseconds of this process, garbage collection among them. */
function processorTime(times: number, work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) {
    work();
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
