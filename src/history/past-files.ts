import { familyOf, isPointerName, tagOf } from "../pointer/name.ts";
import { parseCanonical } from "../pointer/parse-canonical.ts";
import { parseYaml } from "../pointer/parse-yaml.ts";
import { type PointerPath, readPointerPath } from "../pointer/pointer-path.ts";
import type { Declaration } from "../model/pointer.ts";
import { counted } from "../profile.ts";

/** What a file once declared of a pointer. */
export interface PastDeclaration {
  readonly pointer: string;
  readonly target: string;
  readonly locked: boolean;
  readonly description?: string;
  /** The file's path. */
  readonly file: string;
}

export type Names = Map<string, PastDeclaration>;

/** One version of a pointer file. */
export interface PastFile {
  readonly path: string;
  /** What its path lets it declare; null where that is nothing. */
  readonly place: PointerPath | null;
  /** Null where they are not to be had. */
  readonly bytes: Uint8Array | null;
  /** What holds nothing but its bytes, to be used again when it is needed no more; null where others share it. */
  readonly memory: Uint8Array | null;
  /** What it declared, by name; null where it could not be read whole. Parsed when it is first asked for. */
  names(): Names | null;
  /** Whether its text is in the canonical form; only known once its names were asked for. */
  isCanonical(): boolean;
}

/**
 * A file as it once was.
 * @param path from the folder that holds `pointers/`
 * @param bytes null where they could not be read
 */
export function pastFile(path: string, bytes: Uint8Array | null): PastFile {
  return fileOf(path, readPointerPath(path), bytes);
}

export function fileOf(path: string, place: PointerPath | null, bytes: Uint8Array | null): PastFile {
  let read: { readonly names: Names | null; readonly isCanonical: boolean } | undefined;
  const parsed = (): NonNullable<typeof read> => {
    if (read !== undefined) return read;
    const text = bytes === null || place === null ? null : decode(bytes);
    return (read = text === null || place === null ? nothing : readPast(path, place, text));
  };
  return {
    path,
    place,
    bytes,
    memory: null,
    names: () => parsed().names,
    isCanonical: () => parsed().isCanonical,
  };
}

const nothing = { names: null, isCanonical: false };

/** What a file declared of a name; null where it could not be read, undefined where it did not name it. */
export function namedIn(file: PastFile | undefined, pointer: string): PastDeclaration | null | undefined {
  const names = file?.names();
  return names === null ? null : names?.get(pointer);
}

/** The names that a file declared; of one that could not be read those that stand in it as keys. */
export function namesIn(file: PastFile): string[] {
  const names = file.names();
  if (names !== null) return [...names.keys()];
  const { place, bytes } = file;
  if (place === null || bytes === null) return [];
  // Names are ASCII, whatever else is in it.
  const words = Buffer.from(bytes)
    .toString("latin1")
    .split(/[\s{},]+/);
  const keys = words
    .filter((word) => word.endsWith(":"))
    .map((word) => word.slice(0, -1).replace(/['"]/g, ""));
  return keys.filter((key) => isHere(key, place));
}

/** Only what stands where its path says counts: anything else was a problem then, and declared nothing. */
export function isHere(pointer: string, { family, tag }: PointerPath): boolean {
  return (
    familyOf(pointer) === family && (tag === undefined || tagOf(pointer) === tag) && isPointerName(pointer)
  );
}

export function pastDeclaration({
  file,
  pointer,
  target,
  locked,
  description,
}: Declaration): PastDeclaration {
  const its = { pointer, target, locked, file };
  return description === undefined ? its : { ...its, description };
}

function readPast(
  path: string,
  place: PointerPath,
  text: string,
): { readonly names: Names | null; readonly isCanonical: boolean } {
  counted("bytes", text.length);
  const canonical = parseCanonical(path, text);
  const { declarations, problems } =
    canonical === null ? parseYaml(path, text) : { declarations: canonical, problems: [] };
  if (problems.length > 0) return nothing;
  const names: Names = new Map();
  for (const declaration of declarations) {
    const { pointer } = declaration;
    if (isHere(pointer, place) && !names.has(pointer)) names.set(pointer, pastDeclaration(declaration));
  }
  return { names, isCanonical: canonical !== null };
}

export function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
