import { familyOf, isFamilyName, isTag, tagOf } from "./name.ts";

/** The folder of pointer files, below the root of the pointer repository. */
export const pointersFolder = "pointers";

/** What a pointer file may declare, by its path. */
export interface PointerPath {
  /** `username/pipeline` */
  readonly family: string;
  /** The one tag it may declare, in the layout of one file a tag. */
  readonly tag?: string;
}

/**
 * What `pointers/U/P.yaml` and `pointers/U/P/T.yaml` may declare. Null for any other path.
 * @param path from the root of the pointer repository
 */
export function readPointerPath(path: string): PointerPath | null {
  const match = /^pointers\/([^/]+)\/([^/]+)(?:\/([^/]+))?\.yaml$/.exec(path);
  if (match === null) return null;
  const [, user, pipeline, tag] = match;
  const family = `${user}/${pipeline}`;
  if (!isFamilyName(family)) return null;
  if (tag === undefined) return { family };
  return isTag(tag) ? { family, tag } : null;
}

/** Where a pointer is declared in each layout. */
export function pathsOf(pointer: string): { readonly byPipeline: string; readonly byTag: string } {
  const family = familyOf(pointer);
  return {
    byPipeline: `${pointersFolder}/${family}.yaml`,
    byTag: `${pointersFolder}/${family}/${tagOf(pointer)}.yaml`,
  };
}

/** A path of the pointer repository as a path of the git repository. */
export function inRoot(path: string, root: string): string {
  return root === "" ? path : `${root}/${path}`;
}

/** A path of the git repository as a path of the pointer repository. */
export function withoutRoot(path: string, root: string): string {
  return root === "" ? path : path.slice(root.length + 1);
}
