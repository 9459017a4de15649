import { describe, expect, test } from "vitest";
import type { SyncReport, SyncResult } from "../../src/model/report.ts";
import { renderReportMarkdown } from "../../src/render/report-markdown.ts";
import { renderReport } from "../../src/render/report.ts";
import { style } from "../../src/render/style.ts";
import { golden } from "./golden.ts";

const plain = style({ color: false, isTerminal: false });

function reportOf(results: readonly SyncResult[], interrupted = false): SyncReport {
  const count = (status: SyncResult["status"]): number =>
    results.filter((one) => one.status === status).length;
  return {
    version: 1,
    commit: "0123456789abcdef0123456789abcdef01234567",
    remote: { name: "production", url: "https://registry.example.com" },
    started: "2026-11-20T10:00:00.000Z",
    finished: "2026-11-20T10:00:01.000Z",
    results,
    summary: { applied: count("applied"), skipped: count("skipped"), failed: count("failed"), unchanged: 7 },
    interrupted,
    written: true,
  };
}

const applied: SyncResult = {
  pointer: "acme/ocr:latest",
  action: "update",
  status: "applied",
  before: { pipeline: "pipeline_2", locked: false },
  after: { pipeline: "pipeline_3", locked: false },
};
const blocked: SyncResult = {
  pointer: "acme/ocr:prod",
  action: null,
  status: "skipped",
  before: null,
  after: null,
  reason: "blocked",
  error: "The remote has no acme/ocr:v4; the newest there is acme/ocr:v3.",
};
const failed: SyncResult = {
  ...applied,
  pointer: "acme/ocr:stable",
  status: "failed",
  reason: "changed-since-planned",
  error: "It changed since it was planned: from pipeline_2 to pipeline_9.",
};

describe("what a sync did", () => {
  test.each<[string, SyncReport]>([
    ["nothing", reportOf([])],
    ["all", reportOf([applied, { ...applied, pointer: "acme/ocr:eu" }])],
    [
      "some",
      reportOf([applied, { ...applied, pointer: "acme/ocr:us", reason: "already-there" }, failed, blocked]),
    ],
    ["refused", reportOf([{ ...failed, reason: "refused", error: "PATCH answered 403: not yours" }])],
    ["undone", reportOf([{ ...applied, cause: { kind: "drift" } }])],
    [
      "interrupted",
      reportOf(
        [applied, { ...failed, status: "skipped", reason: "interrupted", error: "Ctrl-C came first." }],
        true,
      ),
    ],
  ])("%s", async (name, report) => {
    const text = renderReport(report, plain);
    expect(text).toBe(await golden(`report-${name}`, text));
    const markdown = renderReportMarkdown(report);
    expect(markdown).toBe(await golden(`report-${name}.md`, markdown));
  });

  test("was not interrupted where all was done before it could stop", () => {
    expect(renderReport(reportOf([applied], true), plain)).toBe("1 applied, 7 unchanged.\n");
  });

  test("shows a summary's readers the versions that they know, and ids where there are none", () => {
    const markdown = renderReportMarkdown(reportOf([applied]), { pipeline_3: "acme/ocr:v3" });
    expect(markdown).toContain("| applied | `acme/ocr:latest` | `pipeline_2` | `:v3` |");
  });

  test("shows a foreign name but as text", () => {
    const text = renderReport(reportOf([{ ...failed, pointer: "\u001b[31m\u202e" }]), plain);
    expect(text).toContain("\\u{1b}[31m\\u{202e}");
  });
});
