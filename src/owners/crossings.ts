import type { OwnersNote } from "../model/review-note.ts";
import type { Desired } from "../model/pointer.ts";
import { alongChains } from "../plan/resolve-chain.ts";
import type { CodeOwners } from "./code-owners.ts";

/**
 * Chains of these pointers that lead from a file of some owners onto one that others may change too: who
 * moves the second pointer moves the first, without its owners being asked. The first such link of each chain.
 */
export function ownerCrossings(
  pointers: readonly string[],
  head: Desired,
  { ownersOf }: CodeOwners,
): OwnersNote[] {
  const known = new Map<string, readonly string[]>();
  const ownersOfFile = (file: string): readonly string[] => {
    const owners = known.get(file) ?? ownersOf(file);
    known.set(file, owners);
    return owners;
  };
  const crossingAt = alongChains(head, (pointer): OwnersNote | undefined => {
    const declaration = head.pointers.get(pointer);
    const target = head.pointers.get(declaration?.target ?? "");
    if (declaration === undefined || target === undefined) return undefined;
    const [owners, others] = [ownersOfFile(declaration.file), ownersOfFile(target.file)];
    const isAsked = others.length > 0 && others.every((one) => owners.includes(one));
    if (owners.length === 0 || isAsked) return undefined;
    return { kind: "owners", pointer, owners, target: target.pointer, targetOwners: others };
  });
  const notes = new Map<string, OwnersNote>();
  for (const pointer of pointers) {
    const note = crossingAt(pointer);
    if (note !== null) notes.set(note.pointer, note);
  }
  return [...notes.values()].sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
}
