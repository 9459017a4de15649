/** A part of a budget, until it is given back. */
export interface Share {
  /** Gives back what is more than so many bytes. */
  readonly keep: (bytes: number) => void;
  /** Gives all back; again, it does nothing. */
  readonly free: () => void;
}

/** What somebody has of a budget, for as long as he waits for it. */
export interface Shares {
  /** Bytes that are taken without. */
  readonly uncounted: number;
  readonly wait: (bytes: number) => Promise<Share>;
}

const nothing: Share = { keep: () => undefined, free: () => undefined };

/** Bytes that are not counted: most of what there is, and little even where there is much of it. */
export const uncounted = 256 * 1024;

/** How many bytes may be in memory at a time for one purpose. What is larger than all of it may be there alone. */
export class Budget {
  readonly uncounted = uncounted;
  readonly #bytes: number;
  #free: number;
  #waiting: { readonly bytes: number; readonly grant: (share: Share) => void }[] = [];

  constructor(bytes: number) {
    this.#bytes = bytes;
    this.#free = bytes;
  }

  /** At once; null where so much is not there, or others wait for theirs. */
  take(bytes: number): Share | null {
    if (bytes <= uncounted) return nothing;
    const wanted = Math.min(bytes, this.#bytes);
    return this.#waiting.length > 0 || wanted > this.#free ? null : this.#share(wanted);
  }

  /**
   * As soon as so much is there, in the order of those who wait. Nobody may hold a share and wait for another one.
   * @param onEnd is given what ends the wait, with a share of nothing
   */
  async wait(bytes: number, onEnd: (end: () => void) => void): Promise<Share> {
    return this.take(bytes) ?? new Promise((grant) => this.#queue(bytes, grant, onEnd));
  }

  #queue(bytes: number, grant: (share: Share) => void, onEnd: (end: () => void) => void): void {
    const waiting = { bytes: Math.min(bytes, this.#bytes), grant };
    this.#waiting.push(waiting);
    onEnd(() => {
      const others = this.#waiting.filter((other) => other !== waiting);
      if (others.length === this.#waiting.length) return;
      this.#waiting = others;
      grant(nothing);
      this.#grant();
    });
  }

  #share(bytes: number): Share {
    let held = bytes;
    this.#free -= bytes;
    const keep = (most: number): void => {
      if (most >= held) return;
      this.#free += held - most;
      held = most;
      this.#grant();
    };
    return { keep, free: () => keep(0) };
  }

  #grant(): void {
    for (
      let [first] = this.#waiting;
      first !== undefined && first.bytes <= this.#free;
      [first] = this.#waiting
    ) {
      this.#waiting.shift();
      first.grant(this.#share(first.bytes));
    }
  }
}
