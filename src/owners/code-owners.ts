import { fitsPath } from "./path-pattern.ts";

/** Who owns the files of a repository, by its CODEOWNERS. */
export interface CodeOwners {
  /** Owners of a path, sorted: empty where it has none. */
  readonly ownersOf: (path: string) => readonly string[];
}

interface Entry {
  readonly pattern: string;
  readonly owners: readonly string[];
}

/** Where GitHub and GitLab look for the file, the first that is there counting. */
export const codeOwnersPaths = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/**
 * Reads a CODEOWNERS file: of the lines that fit a path the last one counts. GitLab's sections count each
 * for itself, and all that they name are owners; a line without owners there has its section's.
 */
export function parseCodeOwners(text: string): CodeOwners {
  let entries: Entry[] = [];
  let byDefault: readonly string[] = [];
  const sections = [entries];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = /^\s*\^?\[[^\]]+\](?:\[\d+\])?(.*)$/.exec(line);
    if (heading !== null) {
      byDefault = wordsOf(heading[1] ?? "");
      entries = [];
      sections.push(entries);
      continue;
    }
    const [pattern, ...owners] = wordsOf(line);
    // "!" takes a path out of a section.
    if (pattern?.startsWith("!") === true) entries.push({ pattern: pattern.slice(1), owners: [] });
    else if (pattern !== undefined) entries.push({ pattern, owners: owners.length > 0 ? owners : byDefault });
  }
  return {
    ownersOf: (path) => {
      const owners = sections.flatMap(
        (section) => section.findLast(({ pattern }) => fitsPath(path, pattern))?.owners ?? [],
      );
      return [...new Set(owners)].sort();
    },
  };
}

/** The words of a line, up to a comment. Behind a backslash a space or a `#` is none of its ends. */
function wordsOf(line: string): string[] {
  const [, kept = ""] = /^((?:\\.|[^#\\]|(?<=\S)#)*)/.exec(line) ?? [];
  return [...kept.matchAll(/(?:\\.|[^\s\\])+/g)].map(([word]) => word.replace(/\\(.)/g, "$1"));
}
