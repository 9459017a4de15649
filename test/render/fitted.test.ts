import { expect, it } from "vitest";
import { fitted } from "../../src/render/fitted.ts";

it("documents stand in one comment, the last line below them", () => {
  expect(fitted(["### A\n", "### B\n"], "last", "there")).toBe("### A\n\n### B\n\nlast\n");
});

it("what does not fit into GitHub's 65,536 characters keeps its title, and says where the rest is", () => {
  const long = `### Long\n\n${"x".repeat(40_000)}\n`;
  const text = fitted([long, "### Short\n", long], "last", "in the run");
  expect(text.length).toBeLessThan(65_000);
  expect(text).toMatch(/x\n\n### Short\n\n### Long\n\nToo long for a comment: it is in the run\.\n\nlast\n$/);
});
