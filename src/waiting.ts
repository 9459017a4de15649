/*
 * Who is waited for: told once that lasts, so that nobody takes it for a hang. Only a command line tells it;
 * without one a call costs nothing.
 */

/** Milliseconds without an answer before it is told. */
const patience = 5000;

/** How waits are told. */
export interface WaitsTold {
  /** Shows a text in place; null where there is no screen for that. */
  readonly progress: ((text: string) => void) | null;
  readonly progressEnd: () => void;
  readonly note: (text: string) => void;
}

interface Waits {
  begin(whom: string): void;
  end(): void;
}

let told: Waits | null = null;

/**
 * From this call on waits are told: in place with their seconds, or where there is no screen in one line for each
 * who is waited for.
 * @returns what ends that
 */
export function tellWaits({ progress, progressEnd, note }: WaitsTold): () => void {
  let [pending, since, whom, isShown] = [0, 0, "", false];
  const noted = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    if (isShown) progressEnd();
    isShown = false;
  };
  const tick = (): void => {
    const ms = performance.now() - since;
    if (pending === 0 || ms < patience) return;
    const text = `Waiting for ${whom} (${Math.floor(ms / 1000)} s)…`;
    if (progress !== null) {
      progress(text);
      isShown = true;
    } else if (!noted.has(whom)) {
      note(text);
      noted.add(whom);
    }
  };
  told = {
    begin(next) {
      if (pending === 0) since = performance.now();
      whom = next;
      pending += 1;
      timer ??= setInterval(tick, 1000).unref();
    },
    end() {
      pending -= 1;
      // Of many requests at a time one was answered: it is no hang.
      since = performance.now();
      clear();
    },
  };
  return () => {
    clearInterval(timer);
    clear();
    told = null;
  };
}

/**
 * Says that somebody is waited for from now on.
 * @returns what ends the wait, however often it is called
 */
export function waitFor(whom: string): () => void {
  const waits = told;
  waits?.begin(whom);
  let isOver = waits === null;
  return () => {
    if (!isOver) waits?.end();
    isOver = true;
  };
}
