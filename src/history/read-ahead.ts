/** What is made of items that come, in their order. */
export interface ReadAhead<T> extends AsyncIterable<T> {
  /** For whoever will not come to iterate: ends the items, which waited for it. */
  stop(): Promise<void>;
}

/**
 * Makes something of each item as it comes, and the next ones while what was made before is looked at, but only so
 * many: the first is begun at once, before anybody asks.
 * @param most begun and not yet asked for
 */
export function readAhead<T, R>(
  items: AsyncIterable<T>,
  make: (item: T) => Promise<R>,
  most: number,
): ReadAhead<R> {
  const iterator = items[Symbol.asyncIterator]();
  const made: Promise<R>[] = [];
  const state = { isOver: false };
  let wakeReader = nothing;
  let wakeWriter = nothing;
  const put = (one: Promise<R>): void => {
    // Whoever never comes to read it is not told what went wrong.
    one.catch(nothing);
    made.push(one);
    wakeReader();
  };
  const fill = async (): Promise<void> => {
    try {
      for (
        let next = await iterator.next();
        next.done !== true && !state.isOver;
        next = await iterator.next()
      ) {
        put(make(next.value));
        while (made.length >= most && !state.isOver)
          await new Promise<void>((resolve) => (wakeWriter = resolve));
        if (state.isOver) return;
      }
    } catch (error) {
      put(Promise.reject(error));
    } finally {
      state.isOver = true;
      wakeReader();
    }
  };
  const stop = async (): Promise<void> => {
    state.isOver = true;
    wakeWriter();
    await iterator.return?.();
  };
  void fill();
  return {
    stop,
    async *[Symbol.asyncIterator]() {
      try {
        while (!state.isOver || made.length > 0) {
          const [first] = made;
          if (first === undefined) {
            await new Promise<void>((resolve) => (wakeReader = resolve));
            continue;
          }
          const one = await first;
          void made.shift();
          wakeWriter();
          yield one;
        }
      } finally {
        await stop();
      }
    },
  };
}

function nothing(): void {
  // Nobody waits.
}
