/**
 * Where something comes from, as far as it is known: what moved a pointer, for a registry's audit. People and CI
 * systems say these things of themselves: they inform, and prove nothing.
 */
export interface Source {
  /** The web address of the git repository, without user and password. */
  readonly repository?: string;
  /** The full id of a commit there. */
  readonly commit?: string;
  /** The branch or tag, in full: `refs/heads/main`. */
  readonly ref?: string;
  /** Who let it happen, by the name that the CI or git knows them by. */
  readonly actor?: string;
  /** The web address of the CI's run. */
  readonly runUrl?: string;
  /** The web address of the pull request. */
  readonly pullRequest?: string;
}

/** The commit that a model was built from, as whoever published it says. */
export interface ModelSource {
  /** The web address of its git repository. */
  readonly repository: string;
  readonly commit: string;
}
