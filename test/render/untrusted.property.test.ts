import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import type { Difference } from "../../src/model/difference.ts";
import type { HistoryEntry } from "../../src/model/history.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { Problem } from "../../src/model/problem.ts";
import type { ReviewNote } from "../../src/model/review-note.ts";
import type { SyncReport } from "../../src/model/report.ts";
import { renderDifferenceMarkdown } from "../../src/render/difference-markdown.ts";
import { renderDifference } from "../../src/render/difference.ts";
import { renderHistory } from "../../src/render/history.ts";
import { renderList } from "../../src/render/list.ts";
import { longestMarkdown } from "../../src/render/markdown.ts";
import { renderPlanMarkdown } from "../../src/render/plan-markdown.ts";
import { renderPlan } from "../../src/render/plan.ts";
import { renderProblemsMarkdown } from "../../src/render/problems-markdown.ts";
import { renderProblems } from "../../src/render/problems.ts";
import { renderReportMarkdown } from "../../src/render/report-markdown.ts";
import { renderReport } from "../../src/render/report.ts";
import { style } from "../../src/render/style.ts";
import { change, moved, planOf } from "./plans.ts";
import { untrusted } from "./untrusted.ts";

const plain = style({ color: false, isTerminal: false });

/** Words for every place in a document where somebody else's text stands. */
type Words = () => string;

function planWith(word: Words, name = word): Plan {
  const cause = { ...moved, author: word(), subject: word() };
  return planOf({
    remote: { name: word(), url: word() },
    changes: [
      change(name(), word(), word(), { via: [word(), word()], cause }),
      change(name(), word(), null, { cause }),
      change(name(), null, word()),
      change(name(), word(), word(), { cause: { ...cause, kind: "ahead" } }),
    ],
    blocked: [{ pointer: word(), reason: "missing-version", message: word() }],
    undeclared: [word(), word()],
    warnings: [word()],
    superseded: [{ pointer: word(), commit: "fedcba9876543210fedcba9876543210fedcba98" }],
  });
}

function reportWith(word: Words): SyncReport {
  const value = () => ({ pipeline: word(), locked: false });
  const one = { action: "update", before: value(), after: value() } as const;
  const cause = { ...moved, author: word(), subject: word() };
  return {
    version: 1,
    commit: null,
    remote: { name: word(), url: word() },
    started: "2026-11-20T10:00:00.000Z",
    finished: "2026-11-20T10:00:01.000Z",
    results: [
      { pointer: word(), status: "applied", ...one, cause },
      { pointer: word(), status: "failed", reason: "refused", error: word(), ...one },
    ],
    summary: { applied: 1, skipped: 0, failed: 1, unchanged: 0 },
    interrupted: false,
    written: true,
  };
}

function differencesWith(word: Words, name = word): Difference[] {
  const value = () => ({ pipeline: word(), locked: true, description: word() });
  return [
    { action: "update", pointer: name(), before: value(), after: value(), via: [word()] },
    { action: "delete", pointer: name(), before: value(), after: null, via: [] },
  ];
}

function historyWith(word: Words): HistoryEntry[] {
  const value = () => ({ pipeline: word(), locked: true, via: [], trouble: null, isExternal: false });
  const commit = {
    id: "f".repeat(40),
    parents: [],
    author: word(),
    date: "2026-11-20T10:00:00Z",
    subject: word(),
  };
  return [1, 2].map(() => ({ commit, pointer: word(), before: value(), after: value(), moved: word() }));
}

function notesWith(word: Words): ReviewNote[] {
  const owners = [word(), word()];
  return [
    { kind: "workflow", file: word() },
    { kind: "target", pointer: word(), before: word(), after: word() },
    { kind: "owners", pointer: word(), owners, target: word(), targetOwners: [word()] },
  ];
}

function problemsWith(word: Words): Problem[] {
  return [1, 2].map((line) => ({
    rule: "dangling",
    message: word(),
    file: word(),
    line,
    column: 3,
    severity: "error",
  }));
}

const documents: Record<string, (word: Words) => string> = {
  plan: (word) => renderPlanMarkdown(planWith(word), {}),
  sync: (word) => renderReportMarkdown(reportWith(word)),
  diff: (word) => renderDifferenceMarkdown(differencesWith(word), word, notesWith(word)),
  validate: (word) => renderProblemsMarkdown(problemsWith(word), { pointers: 1, files: 1 }),
};

const lines: Record<string, (word: Words) => string> = {
  plan: (word) => renderPlan(planWith(word, ofOneFamily(word)), plain),
  sync: (word) => renderReport(reportWith(word), plain),
  diff: (word) => renderDifference(differencesWith(word, ofOneFamily(word)), plain, notesWith(word)),
  list: (word) =>
    renderList(
      [1, 2].map(() => ({
        pointer: word(),
        target: word(),
        pipeline: word(),
        locked: false,
        state: "synced",
      })),
      plain,
    ),
  history: (word) => renderHistory(historyWith(word), plain),
  validate: (word) => renderProblems(problemsWith(word), new Map(), plain),
};

/** So that as many lines are needed for the names of pipelines. */
function ofOneFamily(word: Words): Words {
  return () => `a/b:${word().replaceAll(":", "")}`;
}

/** As GitHub makes HTML of it: what Markdown it is, before anything is taken out. */
function htmlOf(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** The tags of a document in order, with their attributes; a dollar's own span aside. */
function shapeOf(markdown: string): string[] {
  return (
    htmlOf(markdown)
      .replaceAll("<span>$</span>", "")
      .match(/<[^>]*>/g) ?? []
  );
}

/** What stands outside code: where GitHub looks for names, issues and formulas. */
function sentencesOf(markdown: string): string {
  return htmlOf(markdown)
    .replaceAll("<span>$</span>", " ")
    .replaceAll(/<code>[^<]*<\/code>|<[^>]*>/g, " ");
}

/** No two words are the same: what equals another one may be left out. */
function wordsFrom(list: readonly string[]): Words {
  let next = 0;
  return () => {
    const word = list[next % list.length] ?? "";
    return next++ % 2 === 0 ? `${word}${next}` : `${next}${word}`;
  };
}

const lists = fc.array(untrusted, { minLength: 5, maxLength: 30 });

describe("somebody else's text", () => {
  it.each(Object.entries(documents))("stays in its cell of the Markdown of %s", (_, render) => {
    const shape = shapeOf(render(wordsFrom(["word"])));
    fc.assert(
      fc.property(lists, (list) => {
        const markdown = render(wordsFrom(list));
        expect(shapeOf(markdown)).toEqual(shape);
        expect(sentencesOf(markdown).replaceAll(/\n|\u200b/g, "")).not.toMatch(/\$|[\p{Cc}\p{Cf}]/u);
        expect(sentencesOf(markdown)).not.toMatch(/[@#][\p{L}\p{N}_]|!\d|GH-\d|:\/\//iu);
        expect(markdown.length).toBeLessThanOrEqual(longestMarkdown);
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(lines))("stays in its line of the text of %s", (_, render) => {
    const count = render(wordsFrom(["word"])).split("\n").length;
    fc.assert(
      fc.property(lists, (list) => {
        const text = render(wordsFrom(list));
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(text.split("\n")).toHaveLength(count);
        // What GitHub's runner takes for a command.
        expect(text).not.toMatch(/^\s*::|##\[/m);
      }),
      { numRuns: 60 },
    );
  });
});
