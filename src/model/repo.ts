import type { SourceFile } from "./source-file.ts";

/**
 * A git repository, for reading. Paths are from its root, with forward slashes; a commit is a full
 * object id. Whoever implements it is held to one conformance suite.
 */
export interface Repo {
  /** The folder of the working tree; null for a bare repository. */
  readonly workTree: string | null;
  /** The commit that HEAD names; null before the first commit. */
  head(): Promise<string | null>;
  /**
   * The commit a ref names: a branch, a tag (annotated too), a remote's branch, an id or the start
   * of one, each with `~N` and `^N` behind it.
   * @throws PointsmanError `ref-unknown`
   */
  resolve(ref: string): Promise<string>;
  /** Every file at or below `path` at a commit, links and submodules too; none where there is nothing. */
  files(commit: string, path: string): Promise<SourceFile[]>;
  /** A commit and its ancestors by first parents, newest first, as far as this clone has them. */
  firstParents(commit: string): AsyncIterable<string>;
  /** The best common ancestor of two commits; null where they have none. */
  mergeBase(a: string, b: string): Promise<string | null>;
}
