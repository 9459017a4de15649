/** What to do with a pointer that somebody moved by hand. */
export type OnDrift = "overwrite" | "keep" | "fail";

/** A limit on what one sync may do: a number of pointers, or a share of those we own. */
export type Limit = { readonly count: number } | { readonly percent: number };

/** What stops a surprising plan; null is the default of each. */
export interface Guards {
  readonly maxDeletes: Limit | null;
  readonly maxUpdates: Limit | null;
}
