import type { Declaration } from "../model/pointer.ts";
import type { Repo } from "../model/repo.ts";
import { inRoot, pathsOf, readPointerPath, withoutRoot } from "../pointer/pointer-path.ts";
import { parsePointerFile } from "../pointer/parse-pointer-file.ts";
import { familyOf, isPointerName, tagOf } from "../pointer/name.ts";

/** What one file declared at one time, by name; null where it could not be read whole. */
export type PastFile = ReadonlyMap<string, Declaration> | null;

/** Reads the contents of files as they once were. Each content is parsed once, however often it is asked for. */
export interface PastFiles {
  /** Fetches contents in one go, before they are asked for one by one. */
  readonly fetch: (ids: readonly string[]) => Promise<void>;
  /** What a fetched content declares where it stands at `path`. */
  readonly read: (path: string, id: string) => PastFile;
  /** What a file declares whose bytes are at hand; null where they could not be read. */
  readonly readBytes: (path: string, bytes: Uint8Array | null) => PastFile;
}

/** @param root the folder that holds `pointers/`, from the root of the git repository */
export function pastFiles(repo: Repo, root: string): PastFiles {
  const texts = new Map<string, string | null>();
  const parsed = new Map<string, PastFile>();
  return {
    async fetch(ids) {
      const missing = ids.filter((id) => !texts.has(id));
      for (const [id, bytes] of await repo.contents(missing))
        texts.set(id, bytes === null ? null : decode(bytes));
    },
    read(path, id) {
      const key = `${id} ${path}`;
      let file = parsed.get(key);
      if (file === undefined) {
        file = readPast(path, texts.get(id) ?? null, root);
        parsed.set(key, file);
      }
      return file;
    },
    readBytes: (path, bytes) => readPast(path, bytes === null ? null : decode(bytes), root),
  };
}

/** The paths a pointer may have been declared at, in either layout. */
export function placesOf(pointer: string, root: string): string[] {
  return Object.values(pathsOf(pointer)).map((path) => inRoot(path, root));
}

/** Only what stands where its path says counts: anything else was a problem then, and declared nothing. */
function readPast(path: string, text: string | null, root: string): PastFile {
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
