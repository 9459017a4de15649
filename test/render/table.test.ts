import { describe, expect, it } from "vitest";
import { renderTable } from "../../src/render/table.ts";

describe("a table", () => {
  it("has columns two spaces apart, and no spaces at the ends of lines", () => {
    expect(
      renderTable([
        ["NAME", "TARGET", "STATE"],
        ["a", "", "synced"],
        ["abcdef", "b", ""],
      ]),
    ).toBe("NAME    TARGET  STATE\na               synced\nabcdef  b\n");
  });

  it("leaves out a column in which nothing stands", () => {
    expect(
      renderTable([
        ["NAME", "", "STATE"],
        ["a", "", "b"],
      ]),
    ).toBe("NAME  STATE\na     b\n");
  });

  it("gives wide characters the room a terminal gives them, and colours none", () => {
    expect(
      renderTable([
        ["日本", "x"],
        ["\u001b[32mgood\u001b[39m", "y"],
        ["a", "z"],
      ]),
    ).toBe("日本  x\n\u001b[32mgood\u001b[39m  y\na     z\n");
  });

  it("of 200,000 lines is made in one pass: what looks at all lines for each never ends", () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => [`team/model:tag${index}`, "synced"]);
    expect(renderTable(rows).length).toBe(200_000 * (20 + 2 + 6 + 1));
  });
});
