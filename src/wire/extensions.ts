/**
 * What a registry can do beyond the API: `compare-and-set` minds `If-Match` and `If-None-Match: *` in every
 * write of a pointer, `source` keeps what a write says of where it comes from, in the pointer's history.
 */
export type Extension = "compare-and-set" | "source";

/** The header in which every answer about pointers says so: words with commas between. */
export const extensionsHeader = "x-pointsman";

/** What ours says. */
export const ourExtensions = "compare-and-set, source";

const known: ReadonlySet<string> = new Set(["compare-and-set", "source"] satisfies Extension[]);

/** What the header says; words that are not known are let be. */
export function readExtensions(header: string | undefined): ReadonlySet<Extension> {
  const words = (header ?? "").split(",").map((word) => word.trim().toLowerCase());
  return new Set(words.filter((word): word is Extension => known.has(word)));
}

/** The header in which a write says where it comes from: a `WireSource` as JSON. */
export const sourceHeader = "x-pointsman-source";
