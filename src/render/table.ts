import Table from "cli-table3";

const none = "";
const borders = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid"])
    .map((name) => [name, none]),
);

/** Columns of text, two spaces apart, without rules: to be read, and cut by other programs. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: { ...borders, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}
