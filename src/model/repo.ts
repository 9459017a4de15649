import type { SourceFile } from "./source-file.ts";

/** A commit as people ask of it. */
export interface CommitInfo {
  /** The full object id. */
  readonly id: string;
  readonly parents: readonly string[];
  /** The author's name. */
  readonly author: string;
  /** When it was committed, in ISO 8601 with the committer's zone. */
  readonly date: string;
  /** The first paragraph of its message, in one line. */
  readonly subject: string;
  /** Of the last commit that a shallow clone has: it has parents, which are cut off, so what it changed is not known. */
  readonly isCut?: true;
}

/** A file that differs between two commits: the ids of its contents, null where there is no regular file. */
export interface FileChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface CommitChange extends CommitInfo {
  readonly files: readonly FileChange[];
}

/**
 * A git repository, for reading. Paths are from its root, with forward slashes; a commit is a full
 * object id. Whoever implements it is held to one conformance suite.
 */
export interface Repo {
  /** Which implementation it is: the git program, or isomorphic-git. */
  readonly kind: "git" | "js";
  /** The same for people, with its version: `git 2.39.5`. */
  readonly reader: string;
  /** The folder of the working tree; null for a bare repository. */
  readonly workTree: string | null;
  /** The `.git` folder or file, or the bare repository itself. */
  readonly gitDir: string;
  /** The commit that HEAD names; null before the first commit. */
  head(): Promise<string | null>;
  /** The branch that is checked out; null where HEAD is detached. */
  branch(): Promise<string | null>;
  /**
   * The commit a ref names: a branch, a tag (annotated too), a remote's branch, an id or the start
   * of one, each with `~N` and `^N` behind it.
   * @throws PointsmanError `ref-unknown`
   */
  resolve(ref: string): Promise<string>;
  /** The full names of all branches, remotes' branches and tags (`refs/heads/main`) that lead to something, in order. */
  refs(): Promise<string[]>;
  /**
   * Every file at or below `path` at a commit, links and submodules too; none where there is nothing.
   * The bytes are read of YAML files only.
   */
  files(commit: string, path: string): Promise<SourceFile[]>;
  /** The files at or below `path` that a sparse checkout leaves out of the working tree, as the index has them. */
  leftOut(path: string): Promise<SourceFile[]>;
  /**
   * A commit and its ancestors by first parents, newest first, as far as this clone has them: those
   * together that come at once. Of one whose parents are cut off every file counts as changed.
   * @param paths only commits that changed a file at or below one of these against their first parent
   */
  history(commit: string, paths?: readonly string[]): AsyncIterable<readonly CommitChange[]>;
  /**
   * The files at or below some paths that differ between two commits, in the order of their paths.
   * @param before null compares with nothing: every file is new
   */
  compare(before: string | null, after: string, paths: readonly string[]): Promise<FileChange[]>;
  /** The contents of files by their ids; null where one is larger than `maxFileSize`, or not there. */
  contents(ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>>;
  /** The best common ancestor of two commits; null where they have none. */
  mergeBase(a: string, b: string): Promise<string | null>;
  /** The git server of this clone, as its remote `origin` is written, secrets and all; null where it has none. */
  serverUrl(): Promise<string | null>;
  /** The branch that the git server calls its own (`origin/HEAD`); null where that is not known. */
  serverBranch(): Promise<string | null>;
  /** Whether history ends early in this clone. */
  isShallow(): Promise<boolean>;
}
