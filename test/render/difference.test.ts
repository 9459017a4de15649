import { expect, it } from "vitest";
import type { Difference } from "../../src/model/difference.ts";
import { renderDifferenceMarkdown } from "../../src/render/difference-markdown.ts";
import { renderDifference } from "../../src/render/difference.ts";
import { style } from "../../src/render/style.ts";
import { golden } from "./golden.ts";

const to = (pipeline: string | null, locked = false, description?: string) => ({
  pipeline,
  locked,
  ...(description === undefined ? {} : { description }),
});
const changes: Difference[] = [
  { action: "create", pointer: "acme/ocr:eu", before: null, after: to("pipeline_7"), via: [] },
  {
    action: "update",
    pointer: "acme/ocr:frozen",
    before: to("acme/ocr:v2"),
    after: to("acme/ocr:v2", true, "Frozen for the *audit*."),
    via: ["acme/ocr:v2"],
  },
  { action: "delete", pointer: "acme/ocr:old", before: to("acme/ocr:v1"), after: null, via: ["acme/ocr:v1"] },
  {
    action: "update",
    pointer: "acme/ocr:prod",
    before: to("acme/ocr:v2"),
    after: to("acme/ocr:v3"),
    via: ["acme/ocr:stable", "acme/ocr:v3"],
  },
  {
    action: "update",
    pointer: "acme/ocr:stable",
    before: to("acme/ocr:v2"),
    after: to("acme/ocr:v3"),
    via: ["acme/ocr:v3"],
  },
  {
    action: "update",
    pointer: "acme/ranker:base",
    before: to("acme/ocr:v1"),
    after: to(null),
    via: ["acme/ocr:old"],
  },
];
const movers = new Map([
  ["acme/ocr:prod", "acme/ocr:stable"],
  ["acme/ocr:stable", "acme/ocr:stable"],
  ["acme/ranker:base", "acme/ocr:old"],
]);

it("a difference, as text and as a pull request's comment", async () => {
  const text = renderDifference(changes, style({ color: false, isTerminal: false }));
  expect(text).toBe(await golden("difference", text));
  const markdown = renderDifferenceMarkdown(changes, (pointer) => movers.get(pointer) ?? null);
  expect(markdown).toBe(await golden("difference.md", markdown));
});

it("a comment where nothing moves says so", () => {
  expect(renderDifferenceMarkdown([], () => null)).toBe("### No pointer ends up anywhere else\n");
});

it("what is said of files that could not be read is no more than is known", () => {
  const left = "0a1b2c3d has 1 problem; what could not be read there is left out.";
  expect(renderDifferenceMarkdown([], () => null, [], [left])).toBe(
    `### No pointer that could be read ends up anywhere else\n\n${left}\n`,
  );
  const plain = style({ color: false, isTerminal: false });
  expect(renderDifference([], plain)).toBe("No pointer ends up anywhere else.\n");
  expect(renderDifference([], plain, [], [left])).toBe(
    "No pointer that could be read ends up anywhere else.\n",
  );
});
