import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { renderPlanMarkdown } from "../../src/render/plan-markdown.ts";
import { renderPlan } from "../../src/render/plan.ts";
import { style } from "../../src/render/style.ts";
import { golden } from "./golden.ts";
import { change, moved, planOf } from "./plans.ts";

const plain = style({ color: false, isTerminal: false });

describe("a plan as a reviewer reads it", () => {
  test.each<[string, Partial<Plan>]>([
    ["nothing-to-do", {}],
    [
      "first-sync",
      {
        commit: null,
        changes: [
          change("acme/ocr:latest", null, "pipeline_3", { via: ["acme/ocr:v3"] }),
          change("acme/ocr:prod", null, "pipeline_2", { via: ["acme/ocr:stable", "acme/ocr:v2"] }),
          change("acme/ranker:audit", null, "pipeline_9!"),
        ],
        versions: { pipeline_2: "acme/ocr:v2", pipeline_3: "acme/ocr:v3" },
        warnings: [
          "The listing of production is empty. If it should not be, check its URL and what its token may see before you sync.",
        ],
      },
    ],
    [
      "moves",
      {
        changes: [
          change("acme/ocr:audit", "pipeline_2", "pipeline_2!", { cause: moved }),
          change("acme/ocr:eu", "pipeline_2", "pipeline_3", {
            via: ["acme/ocr:prod", "acme/ocr:stable", "acme/ocr:v3"],
            cause: moved,
          }),
          change("acme/ocr:frozen", "pipeline_1!", "pipeline_1", { cause: moved }),
          change("acme/ocr:old", "pipeline_1", null, { cause: moved }),
          change("acme/ocr:stable", "pipeline_unlisted", "pipeline_3", {
            via: ["acme/ocr:v3"],
            cause: { kind: "drift" },
          }),
          change("acme/ranker:base", "pipeline_7", "pipeline_8", {
            via: ["research/base:stable"],
            cause: { kind: "external" },
          }),
          change("acme/ranker:staging", "pipeline_1", "pipeline_3", {
            via: ["acme/ocr:stable", "acme/ocr:v3"],
            cause: { kind: "unknown" },
          }),
        ],
        versions: { pipeline_1: "acme/ocr:v1", pipeline_2: "acme/ocr:v2", pipeline_3: "acme/ocr:v3" },
      },
    ],
    [
      "blocked",
      {
        blocked: [
          {
            pointer: "acme/ocr:latest",
            reason: "missing-version",
            message: "The remote has no acme/ocr:v4; the newest there is acme/ocr:v3.",
          },
          {
            pointer: "acme/ocr:prod",
            reason: "locked-on-remote",
            message:
              "It is locked on the remote, and no commit ever locked it: somebody did so by hand. Unlock it there, or declare it locked here first.",
          },
        ],
        superseded: [{ pointer: "acme/ocr:eu", commit: "fedcba9876543210fedcba9876543210fedcba98" }],
        undeclared: ["a", "b", "c", "d", "e", "f", "g"].map((tag) => `acme/old:${tag}`),
      },
    ],
    [
      "long-chain",
      {
        changes: [
          change("acme/ocr:t0", null, "pipeline_1", {
            via: Array.from({ length: 30 }, (_, at) => `acme/ocr:t${at + 1}`),
          }),
        ],
      },
    ],
  ])("%s", async (name, parts) => {
    const text = renderPlan(planOf(parts), plain);
    expect(text).toBe(await golden(`plan-${name}`, text));
    const markdown = renderPlanMarkdown(planOf(parts), {});
    expect(markdown).toBe(await golden(`plan-${name}.md`, markdown));
  });

  test("shows nothing that a remote or an author wrote but as text", () => {
    const evil = "\u001b[31m\n\u202e";
    const text = renderPlan(
      planOf({
        changes: [
          change("acme/ocr:prod", `x${evil}`, `constructor${evil}`, { cause: { ...moved, subject: evil } }),
        ],
        undeclared: [evil],
        warnings: [evil],
        blocked: [{ pointer: evil, reason: "missing-external", message: evil }],
      }),
      plain,
    );
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("takes an id that is a word of JavaScript's for an id", () => {
    const text = renderPlan(
      planOf({ changes: [change("acme/ocr:prod", "constructor", "__proto__")] }),
      plain,
    );
    expect(text).toContain("constructor → __proto__");
  });
});
