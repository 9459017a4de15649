import { expect, it } from "vitest";
import { renderDifferenceMarkdown } from "../../src/render/difference.ts";

it("a table's row keeps its cells, whatever is in an id", () => {
  const after = { pipeline: "a\\|`**approved**`|\u001b[31m\u202e", locked: false };
  const [, , , , row] = renderDifferenceMarkdown([
    { action: "create", pointer: "u/p:tag", before: null, after, via: [] },
  ]).split("\n");
  expect(row).toBe("| + | `u/p:tag` |  | `a\\\\u{7c}'**approved**'\\u{7c}\\u{1b}[31m\\u{202e}` |  |");
});
