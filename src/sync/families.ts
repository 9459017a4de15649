import type { Remote } from "../model/remote.ts";
import { familyOf } from "../pointer/name.ts";
import type { Value } from "./value.ts";

/** Where pointers stand on a remote, by the listing of their family. */
export interface Families {
  /** Before anything was written: one listing of a family serves all its pointers. */
  before(pointer: string): Promise<Value>;
  /** Now: listed anew. */
  now(pointer: string): Promise<Value>;
  /** Whether a pointer of a deleted pipeline has the name of one that is not listed. */
  holdsDeleted(pointer: string): Promise<boolean>;
}

/** @param signal once aborted, no listing waits for another try */
export function listFamilies(remote: Remote, signal: AbortSignal): Families {
  const listed = new Map<string, Promise<ReadonlyMap<string, Value>>>();
  const list = (family: string) => remote.list({ family }, { signal });
  return {
    async before(pointer) {
      const family = familyOf(pointer);
      const listing = listed.get(family) ?? list(family);
      listed.set(family, listing);
      return (await listing).get(pointer) ?? null;
    },
    now: async (pointer) => (await list(familyOf(pointer))).get(pointer) ?? null,
    holdsDeleted: (pointer) => remote.holdsName(pointer, { signal }),
  };
}
