import widthOf from "fast-string-width";

/**
 * Columns of text, two spaces apart, without rules: to be read, and cut by other programs. A column in which
 * nothing stands is left out.
 */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    }
  }
  const padded = (cell: string, column: number): string[] => {
    const width = widths[column] ?? 0;
    return width === 0 ? [] : [cell + " ".repeat(width - widthOf(cell))];
  };
  return rows.map((row) => `${row.flatMap(padded).join("  ").trimEnd()}\n`).join("");
}
