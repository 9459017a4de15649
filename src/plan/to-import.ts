import type { Desired } from "../model/pointer.ts";
import { explainName } from "../pointer/explain-name.ts";
import { isSame } from "../pointer/is-same.ts";
import { isPointerName, isReserved } from "../pointer/name.ts";
import type { Current } from "./current.ts";
import { goalOf } from "./obstacles.ts";
import { type WrittenValue, writtenBy } from "./versions.ts";

/** A remote's pointers as far as they are not declared as they stand there. Version pointers are left out. */
export interface ToImport {
  /** New ones, with what their declaration says, in the order of their names. */
  readonly found: ReadonlyMap<string, WrittenValue>;
  /** Declared, and elsewhere on the remote. */
  readonly differs: readonly {
    readonly pointer: string;
    readonly declared: WrittenValue;
    /** Null for an id that no file can name. */
    readonly remote: WrittenValue | null;
  }[];
  /** Those that cannot be declared, and why, as a sentence. */
  readonly skipped: readonly { readonly pointer: string; readonly reason: string }[];
}

/**
 * Compares a remote with the files, to write what these lack. Pure.
 * @param desired the pointers of files without problems
 * @param isWanted whether a name is asked for
 */
export function toImport(
  desired: Desired,
  current: Current,
  isWanted: (pointer: string) => boolean,
): ToImport {
  const written = writtenBy(current);
  const found = new Map<string, WrittenValue>();
  const differs: ToImport["differs"][number][] = [];
  const skipped: ToImport["skipped"][number][] = [];
  for (const [pointer, value] of [...current].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isWanted(pointer) || versionPattern.test(pointer)) continue;
    const remote = written(pointer, value);
    const declaration = desired.pointers.get(pointer);
    if (declaration !== undefined) {
      const { target, locked } = declaration;
      if (!isSame(goalOf(declaration, desired, current).value, value))
        differs.push({ pointer, declared: { target, locked }, remote });
      continue;
    }
    const reason = whyNot(pointer, desired);
    if (reason !== null) skipped.push({ pointer, reason });
    else if (remote === null) skipped.push({ pointer, reason: "No file can name its pipeline's id." });
    else found.set(pointer, remote);
  }
  return { found, differs, skipped };
}

/** Also of names that our grammar does not know: the registry made them too. */
const versionPattern = /:v[1-9][0-9]*$/;

function whyNot(pointer: string, { isExternal }: Desired): string | null {
  if (isExternal(pointer)) return 'It is other people\'s ("external" in pointsman.yaml).';
  if (isReserved(pointer)) return "Tags v0, v1, … are the registry's.";
  if (isPointerName(pointer)) return null;
  const why = explainName(pointer);
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}`;
}
