/** A file of a pointer repository, from a commit or from the working tree. */
export interface SourceFile {
  /** From the root of the git repository, with forward slashes. */
  readonly path: string;
  readonly kind: "file" | "symlink" | "submodule";
  /** The content; null where it is not a regular file, or larger than `maxFileSize`. */
  readonly bytes: Uint8Array | null;
}

/** No pointer file is larger; a larger one is not read. 1 MiB, in bytes. */
export const maxFileSize = 1024 * 1024;
