import type { Declaration } from "../model/pointer.ts";
import { inRoot, pathsOf, readPointerPath, withoutRoot } from "../pointer/pointer-path.ts";
import { parsePointerFile } from "../pointer/parse-pointer-file.ts";
import { familyOf, isPointerName, tagOf } from "../pointer/name.ts";

/** What one file declared at one time, by name; null where it could not be read whole. */
export type PastFile = ReadonlyMap<string, Declaration> | null;

/**
 * A file as it once was, parsed when it is first asked for.
 * @param path from the root of the git repository
 * @param bytes null where they could not be read
 * @param root the folder that holds `pointers/`, from the root of the git repository
 */
export function pastFile(path: string, bytes: Uint8Array | null, root: string): () => PastFile {
  let file: PastFile | undefined;
  return () => {
    if (file === undefined) file = bytes === null ? null : readPast(path, bytes, root);
    return file;
  };
}

/** The paths a pointer may have been declared at, in either layout. */
export function placesOf(pointer: string, root: string): string[] {
  const { byPipeline, byTag } = pathsOf(pointer);
  return [inRoot(byPipeline, root), inRoot(byTag, root)];
}

/** Only what stands where its path says counts: anything else was a problem then, and declared nothing. */
function readPast(path: string, bytes: Uint8Array, root: string): PastFile {
  const text = decode(bytes);
  const place = readPointerPath(withoutRoot(path, root));
  if (text === null || place === null) return null;
  const { declarations, problems } = parsePointerFile(path, text);
  if (problems.length > 0) return null;
  const names = new Map<string, Declaration>();
  for (const declaration of declarations) {
    const { pointer } = declaration;
    const isHere =
      isPointerName(pointer) &&
      familyOf(pointer) === place.family &&
      (place.tag === undefined || tagOf(pointer) === place.tag);
    if (isHere && !names.has(pointer)) names.set(pointer, declaration);
  }
  return names;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
