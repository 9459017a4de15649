import type { Desired } from "../model/pointer.ts";
import { targetKind } from "../pointer/target.ts";

/** Where a chain of declarations ends: at an id, or at a name that only a remote can resolve. */
export interface ChainEnd {
  readonly kind: "id" | "version" | "external";
  readonly target: string;
}

export interface Chain {
  /** The names after the first, in order; the last is `end.target` where that is a name. */
  readonly via: readonly string[];
  /** Null where the chain dangles or goes round: such a commit has problems and is not planned. */
  readonly end: ChainEnd | null;
}

/**
 * Follows a name through the declarations of one commit. Chains may be as long as they like.
 * @param pointer a declared name, or any other that a target may name
 */
export function resolveChain(
  pointer: string,
  { pointers, isExternal }: Pick<Desired, "pointers" | "isExternal">,
): Chain {
  const via: string[] = [];
  const passed = new Set<string>();
  let name = pointer;
  for (;;) {
    const end = endAt(name, { pointers, isExternal });
    if (end !== undefined) return { via, end };
    if (passed.has(name)) return { via, end: null };
    passed.add(name);
    name = pointers.get(name)?.target ?? "";
    if (targetKind(name) !== "id") via.push(name);
  }
}

/**
 * Where a name's chain ends, without the names in between. To ask it for every pointer of a long chain
 * takes time with the length of the chain, not with its square.
 */
export function chainEnd(pointer: string, desired: Desired): ChainEnd | null {
  const ends = knownEnds.get(desired) ?? new Map<string, ChainEnd | null>();
  knownEnds.set(desired, ends);
  const trail = new Set<string>();
  let name = pointer;
  let end = ends.get(name);
  while (end === undefined) {
    if (trail.has(name)) end = null;
    else {
      end = endAt(name, desired);
      trail.add(name);
      name = desired.pointers.get(name)?.target ?? "";
      end ??= ends.get(name);
    }
  }
  for (const passed of trail) ends.set(passed, end);
  return end;
}

/** What is known already; a `Desired` never changes. */
const knownEnds = new WeakMap<Desired, Map<string, ChainEnd | null>>();

/** The end of a chain that has come to `name`; undefined where it goes on. */
function endAt(
  name: string,
  { pointers, isExternal }: Pick<Desired, "pointers" | "isExternal">,
): ChainEnd | null | undefined {
  const kind = targetKind(name);
  if (kind === "id" || kind === "version") return { kind, target: name };
  if (pointers.has(name)) return undefined;
  return isExternal(name) ? { kind: "external", target: name } : null;
}
