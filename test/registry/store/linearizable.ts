/** One call on a register, from when it was sent to when its answer was there. */
export interface Operation {
  readonly start: number;
  readonly end: number;
  readonly what:
    | { readonly read: string }
    /** Whether the register had `expected`, and then got `value`. */
    | { readonly expected: string; readonly value: string; readonly done: boolean };
}

/**
 * Whether calls on a register with compare-and-set are linearizable: whether there is one order of all
 * of them, in which none stands before one that had ended when it was sent, and in which each gives
 * what it gave. The search is Wing and Gong's, which tries what may come next; sets of calls that were
 * tried and left the register in the same state are not tried again (Lowe).
 */
export function isLinearizable(initial: string, history: readonly Operation[]): boolean {
  const operations = history.toSorted((a, b) => a.start - b.start);
  const tried = new Set<string>();
  /** Which are ordered already, as bits; what may be next is among those that began before any of the rest ended. */
  const search = (ordered: bigint, left: number, state: string): boolean => {
    if (left === 0) return true;
    const key = `${ordered.toString(36)} ${state}`;
    if (tried.has(key)) return false;
    tried.add(key);
    let firstEnd = Infinity;
    const next: number[] = [];
    for (const [index, { start, end }] of operations.entries()) {
      if ((ordered >> BigInt(index)) & 1n) continue;
      if (start > firstEnd) break;
      next.push(index);
      firstEnd = Math.min(firstEnd, end);
    }
    return next.some((index) => {
      const operation = operations[index];
      if (operation === undefined || operation.start > firstEnd) return false;
      const after = apply(state, operation.what);
      return after !== null && search(ordered | (1n << BigInt(index)), left - 1, after);
    });
  };
  return search(0n, operations.length, initial);
}

/** The register after a call; null where it could not have given what it gave. */
function apply(state: string, what: Operation["what"]): string | null {
  if ("read" in what) return what.read === state ? state : null;
  if (what.done) return what.expected === state ? what.value : null;
  return what.expected === state ? null : state;
}
