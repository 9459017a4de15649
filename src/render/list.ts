import { printable } from "../pointer/printable.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

/**
 * Where a name stands on a remote: as declared, elsewhere than declared, not there yet, leading to
 * nothing there, or there and not ours to declare. Of a past commit: declared, or leading to nothing.
 */
export type State =
  | "declared"
  | "broken"
  | "synced"
  | "differs"
  | "missing"
  | "blocked"
  | "undeclared"
  | "version"
  | "external";

export interface ListedPointer {
  readonly pointer: string;
  readonly target: string | null;
  /** What the remote has; of a past commit the id, version or external that its chain ended at. */
  readonly pipeline: string | null;
  readonly locked: boolean;
  readonly state: State;
}

/**
 * Pointers as a table.
 * @param thereOf what the remote has of one that differs
 */
export function renderList(
  pointers: readonly ListedPointer[],
  style: Style,
  thereOf: (differing: ListedPointer) => string = () => "elsewhere",
): string {
  const { bold, dim, green, red, yellow } = style.colors;
  if (pointers.length === 0) return "No pointers.\n";
  const colors = {
    declared: green,
    broken: red,
    synced: green,
    differs: yellow,
    missing: yellow,
    blocked: red,
    undeclared: dim,
    version: dim,
    external: dim,
  } as const satisfies Record<State, (text: string) => string>;
  const rows = pointers.map((row) => [
    printable(row.pointer),
    row.target === null ? "" : printable(row.target),
    row.pipeline === null ? "" : printable(row.pipeline),
    row.locked ? "locked" : "",
    colors[row.state](row.state === "differs" ? `differs: ${printable(thereOf(row))} there` : row.state),
  ]);
  return renderTable([["POINTER", "TARGET", "PIPELINE", "", "STATE"].map(bold), ...rows]);
}
