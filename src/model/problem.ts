/** Something a user must fix in their files. `line` and `column` count from 1. */
export interface Problem {
  /** The stable name of the rule, as the README lists them. */
  readonly rule: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly pointer?: string;
  readonly severity: "error" | "warning";
}

/** A rule as people read of it: what holds, and what to do where it does not. */
export interface RuleText {
  readonly says: string;
  readonly help: string;
}
