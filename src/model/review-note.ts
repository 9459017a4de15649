/** A chain that leads from a pointer of some owners onto one of others, by CODEOWNERS at the base. */
export interface OwnersNote {
  readonly kind: "owners";
  readonly pointer: string;
  readonly owners: readonly string[];
  /** What it follows. */
  readonly target: string;
  /** Empty where nobody owns it. */
  readonly targetOwners: readonly string[];
}

/** A pointer that was given another target and leads where it did: from now on something else moves it. */
export interface TargetNote {
  readonly kind: "target";
  readonly pointer: string;
  readonly before: string;
  readonly after: string;
}

/** A changed file that governs how pointers are changed: by its path, from the root of the git repository. */
export interface FileNote {
  readonly kind: "config" | "workflow" | "codeowners";
  readonly file: string;
}

/** What reviewers of a change should know besides where pointers end up. */
export type ReviewNote = OwnersNote | TargetNote | FileNote;
