/** A place in a file. `line` and `column` count from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One pointer as a file declares it, where its name stands. Of very many no more is kept than has to be. */
export interface Declaration extends Position {
  /** The whole name, `username/pipeline:tag`. Not yet known to be a valid one. */
  readonly pointer: string;
  /** A pipeline id, or the name of another pointer (a chain). */
  readonly target: string;
  readonly locked: boolean;
  readonly description?: string;
  /** Where the target stands. */
  readonly targetLine: number;
  readonly targetColumn: number;
}

/** The pointers declared at one commit, or in the working tree (`commit` is then null). */
export interface Desired {
  readonly commit: string | null;
  /** Every declaration in path and file order: also those with bad names, also second ones of a name. */
  readonly declarations: readonly Declaration[];
  /** The first declaration of each name. */
  readonly pointers: ReadonlyMap<string, Declaration>;
  /** Whether a name is one that other people own (`external` in pointsman.yaml). */
  readonly isExternal: (pointer: string) => boolean;
  /** The folder that holds `pointers/`, from the root of the git repository; "" where it is that root. */
  readonly root: string;
  /** Paths of the files that could not be read whole: what they declare is not known. */
  readonly unreadable: readonly string[];
}

/** Where a pointer stands on a remote: the resolved pipeline id, never a chain. */
export interface PointerValue {
  readonly pipeline: string;
  readonly locked: boolean;
}
