/**
 * Items in arrays of those that have come meanwhile: where they come slowly an answer found early costs
 * little, and where they come fast a long one few turns. They are waited for while nobody asks, but only
 * so many.
 * @param most in one array, and waiting
 */
export async function* inBatches<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  const iterator = items[Symbol.asyncIterator]();
  let waiting: T[] = [];
  const state = { isOver: false };
  let failure: { readonly error: unknown } | undefined;
  let wakeReader = nothing;
  let wakeWriter = nothing;
  const fill = async (): Promise<void> => {
    try {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        waiting.push(next.value);
        wakeReader();
        while (waiting.length >= most && !state.isOver)
          await new Promise<void>((resolve) => (wakeWriter = resolve));
        if (state.isOver) return;
      }
    } catch (error) {
      failure = { error };
    } finally {
      state.isOver = true;
      wakeReader();
    }
  };
  void fill();
  try {
    while (!state.isOver || waiting.length > 0) {
      if (waiting.length === 0) await new Promise<void>((resolve) => (wakeReader = resolve));
      const batch = waiting;
      waiting = [];
      wakeWriter();
      if (batch.length > 0) yield batch;
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    state.isOver = true;
    wakeWriter();
    await iterator.return?.();
  }
}

function nothing(): void {
  // Nobody waits.
}

export interface Ahead<T> extends AsyncIterable<T> {
  /** For whoever will not come to iterate: ends the items, which waited for it. */
  stop(): Promise<void>;
}

/** The same items, each asked for before the one ahead of it is handed on; the first at once. */
export function oneAhead<T>(items: AsyncGenerator<T>): Ahead<T> {
  const ask = (): Promise<IteratorResult<T>> => {
    const next = items.next();
    // Whoever never comes to read it is not told what went wrong.
    next.catch(() => undefined);
    return next;
  };
  const stop = async (): Promise<void> => void (await items.return(undefined));
  let next = ask();
  return {
    stop,
    async *[Symbol.asyncIterator]() {
      try {
        for (let now = await next; now.done !== true; now = await next) {
          next = ask();
          yield now.value;
        }
      } finally {
        await stop();
      }
    },
  };
}
