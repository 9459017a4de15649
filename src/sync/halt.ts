import { setMaxListeners } from "node:events";
import type { RemoteError } from "../remotes/remote-error.ts";
import { failed, skipped, type Verdict } from "./verdict.ts";

/** Pointers given up in a row, with no answer between, after which a remote is taken to be gone. */
const mostSilent = 5;

/** Whether a sync still starts anything: not after Ctrl-C, a refused token, or a remote that stopped answering. */
export class Halt {
  readonly #controller = new AbortController();
  #verdict: Verdict | undefined;
  #interrupted = false;
  #silent = 0;
  #last: RemoteError | undefined;

  /** Stops following the signal it was made with. */
  readonly close: () => void;
  /** Resolves with the halt, if one comes. */
  readonly halted: Promise<{ readonly verdict: Verdict }>;
  #tellHalted: (halted: { readonly verdict: Verdict }) => void = () => undefined;

  constructor(signal?: AbortSignal) {
    // Everything that waits listens to it: many at a time are no leak.
    setMaxListeners(0, this.signal);
    this.halted = new Promise((resolve) => {
      this.#tellHalted = resolve;
    });
    const interrupt = () => {
      this.#interrupted = true;
      this.#stop(skipped("interrupted", "interrupted before it was done; run sync again"));
    };
    signal?.addEventListener("abort", interrupt);
    this.close = () => signal?.removeEventListener("abort", interrupt);
    if (signal?.aborted === true) interrupt();
  }

  /** Aborted with the halt: wakes what waits. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What is said of every pointer not begun; undefined while all goes on. */
  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** The remote answered, be it with a no. */
  answered(): void {
    this.#silent = 0;
  }

  /**
   * A pointer was given up on `error`. One failed listing that many pointers share counts once, unless
   * nothing answered at all.
   */
  gaveUp(error: RemoteError): void {
    if (error.status === 401) {
      this.#stop(failed("unauthorized", `not attempted: ${error.message}`));
      return;
    }
    if (error === this.#last && error.code !== "remote-unreachable") return;
    this.#last = error;
    this.#silent += 1;
    if (this.#silent >= mostSilent) {
      this.#stop(failed("not-attempted", `not attempted: the remote stopped answering (${error.message})`));
    }
  }

  #stop(verdict: Verdict): void {
    this.#verdict ??= verdict;
    this.#tellHalted({ verdict: this.#verdict });
    this.#controller.abort();
  }
}
