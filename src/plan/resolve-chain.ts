import type { Declaration, Desired } from "../model/pointer.ts";
import { isReserved } from "../pointer/name.ts";
import { isName, targetKind } from "../pointer/target.ts";

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
    if (isName(name)) via.push(name);
  }
}

/**
 * The names of a chain as a plan has them: of a very long one the first hundred, "…" and the last. Of
 * n pointers in one chain whole lists would be n² names, and a pull request chooses n.
 */
export function shownVia(pointer: string, desired: Desired): string[] {
  const via: string[] = [];
  for (let name = pointer; via.length <= mostShown;) {
    name = desired.pointers.get(name)?.target ?? "";
    if (!isName(name)) return via;
    via.push(name);
  }
  const last = chainEnd(pointer, desired)?.target ?? "";
  return [...via.slice(0, mostShown), "…", ...(isName(last) ? [last] : [])];
}

const mostShown = 100;

/** Where a name's chain ends, without the names in between. */
export function chainEnd(pointer: string, desired: Desired): ChainEnd | null {
  const declaration = desired.pointers.get(pointer);
  return declaration === undefined ? knownEnd(pointer, desired) : endOf(declaration, desired);
}

/** The same of a name whose declaration is at hand. */
export function endOf(declaration: Declaration, desired: Desired): ChainEnd | null {
  // Most pointers name an id, or one that does: nothing has to be kept of them.
  let link: Declaration | undefined = declaration;
  for (let links = 0; links < shortChain && link !== undefined; links += 1) {
    const { pointer, target }: Declaration = link;
    if (!isName(pointer) || isReserved(pointer)) break;
    if (targetKind(target) === "id") return { kind: "id", target };
    link = desired.pointers.get(target);
  }
  return knownEnd(declaration.pointer, desired);
}

function knownEnd(pointer: string, desired: Desired): ChainEnd | null {
  const known = knownEnds.get(desired) ?? alongChains(desired, (name) => endAt(name, desired));
  knownEnds.set(desired, known);
  return known(pointer);
}

const shortChain = 3;

/** What is known already; a `Desired` never changes. */
const knownEnds = new WeakMap<Desired, (pointer: string) => ChainEnd | null>();

/**
 * What a chain meets first, from the pointer itself on; null where it meets nothing. To ask it for every
 * pointer of a long chain takes time with the length of the chain, not with its square.
 * @param find what there is at a name; undefined where the chain goes on
 */
export function alongChains<T>(
  { pointers }: Pick<Desired, "pointers">,
  find: (name: string) => T | undefined,
): (pointer: string) => T | null {
  const known = new Map<string, T | null | typeof onTheWay>();
  return (pointer) => {
    const trail: string[] = [];
    let name: string | undefined = pointer;
    let found: T | null | undefined;
    while (found === undefined) {
      const before = name === undefined ? null : known.get(name);
      if (name === undefined || before === onTheWay) found = null;
      else if (before !== undefined) found = before;
      else {
        found = find(name);
        known.set(name, onTheWay);
        trail.push(name);
        name = pointers.get(name)?.target;
      }
    }
    for (const passed of trail) known.set(passed, found);
    return found;
  };
}

const onTheWay = Symbol("a name that the chain has been at");

/** The end of a chain that has come to `name`; undefined where it goes on. */
function endAt(
  name: string,
  { pointers, isExternal }: Pick<Desired, "pointers" | "isExternal">,
): ChainEnd | null | undefined {
  if (pointers.has(name) && isName(name) && !isReserved(name)) return undefined;
  const kind = targetKind(name);
  if (kind === "id" || kind === "version") return { kind, target: name };
  if (pointers.has(name)) return undefined;
  return isExternal(name) ? { kind: "external", target: name } : null;
}
