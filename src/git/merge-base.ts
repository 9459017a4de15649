import type { CommitLinks } from "./parse-commit.ts";

const [ofA, ofB, isOld, isBase] = [1, 2, 4, 8] as const;

/**
 * The best common ancestor of two commits, the youngest where there are several; null where there is
 * none. As git does it (paint_down_to_common in commit-reach.c): from both sides back, the youngest
 * commit next, until all that is left are ancestors of common ones.
 */
export async function mergeBase(
  a: string,
  b: string,
  links: (commit: string) => Promise<CommitLinks>,
): Promise<string | null> {
  if (a === b) return a;
  const bases = await commonAncestors(a, b, links);
  // Where clocks went wrong, one that is found may be an ancestor of another.
  for (const base of bases) {
    const others = bases.filter((other) => other !== base);
    const reached = await Promise.all(others.map((other) => commonAncestors(base, other, links)));
    if (!reached.some((common) => common.includes(base))) return base;
  }
  return null;
}

/** Common ancestors, the best among them, youngest first. */
async function commonAncestors(
  a: string,
  b: string,
  links: (commit: string) => Promise<CommitLinks>,
): Promise<string[]> {
  const flags = new Map<string, number>();
  const queue: Queued[] = [];
  let fresh = 0;
  const paint = async (id: string, color: number): Promise<void> => {
    const old = flags.get(id) ?? 0;
    if ((old & color) === color) return;
    flags.set(id, old | color);
    const isFresh = ((old | color) & isOld) === 0;
    if (isFresh) fresh += 1;
    push(queue, { id, time: (await links(id)).time, isFresh });
  };
  await paint(a, ofA);
  await paint(b, ofB);
  const bases: string[] = [];
  while (fresh > 0) {
    const next = pop(queue);
    if (next === undefined) break;
    if (next.isFresh) fresh -= 1;
    let color = (flags.get(next.id) ?? 0) & (ofA | ofB | isOld);
    if (color === (ofA | ofB)) {
      if (((flags.get(next.id) ?? 0) & isBase) === 0) bases.push(next.id);
      flags.set(next.id, (flags.get(next.id) ?? 0) | isBase);
      color |= isOld;
    }
    for (const parent of (await links(next.id)).parents) await paint(parent, color);
  }
  return bases.filter((id) => ((flags.get(id) ?? 0) & isOld) === 0);
}

interface Queued {
  readonly id: string;
  readonly time: number;
  /** Whether it was, when it was queued, not yet known as an ancestor of a common one. */
  readonly isFresh: boolean;
}

/** A heap with the youngest on top. */
function push(heap: Queued[], entry: Queued): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const above = heap[up];
    if (above === undefined || above.time >= entry.time) break;
    heap[at] = above;
    at = up;
  }
  heap[at] = entry;
}

function pop(heap: Queued[]): Queued | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    const isRight = right !== undefined && left !== undefined && right.time > left.time;
    const down = isRight ? right : left;
    if (down === undefined || down.time <= last.time) break;
    heap[at] = down;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = last;
  return top;
}
