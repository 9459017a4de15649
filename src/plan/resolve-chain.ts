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
    const kind = targetKind(name);
    if (kind === "id" || kind === "version") return { via, end: { kind, target: name } };
    const declaration = pointers.get(name);
    if (declaration === undefined) {
      return { via, end: isExternal(name) ? { kind: "external", target: name } : null };
    }
    if (passed.has(name)) return { via, end: null };
    passed.add(name);
    name = declaration.target;
    if (targetKind(name) !== "id") via.push(name);
  }
}
