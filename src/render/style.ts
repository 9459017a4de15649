import { createColors } from "picocolors";

/** How text may look: colours are the identity where there are none. */
export interface Style {
  readonly colors: ReturnType<typeof createColors>;
  /** Whether a person reads it on a terminal: problems then show their line, with a caret. */
  readonly isTerminal: boolean;
}

export function style(options: { readonly color: boolean; readonly isTerminal: boolean }): Style {
  return { colors: createColors(options.color), isTerminal: options.isTerminal };
}

/** `1 pointer`, `2 pointers`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** A commit's id as people read it. */
export function shortId(commit: string): string {
  return commit.slice(0, 8);
}
