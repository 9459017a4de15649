import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import { code, longestMarkdown, prose } from "../../src/render/markdown.ts";
import { renderDifferingMarkdown } from "../../src/render/differing-markdown.ts";
import { renderPlanMarkdown } from "../../src/render/plan-markdown.ts";
import { renderProblemsMarkdown } from "../../src/render/problems-markdown.ts";
import { golden } from "./golden.ts";
import { change, moved, planOf } from "./plans.ts";

const manyChanges = (count: number, name: string) =>
  Array.from({ length: count }, (_, at) =>
    change(`acme/${name}:t${at}`, "pipeline_1", "pipeline_2", { via: ["acme/ocr:stable"], cause: moved }),
  );

describe("a long document", () => {
  it.each([
    [20, "ocr"],
    [21, "ocr"],
    [400, "ocr"],
    [3000, "ocr"],
    [3000, "\u202e".repeat(300)],
  ])("of %i changes fits into a comment, and counts what it leaves out", (count, name) => {
    const markdown = renderPlanMarkdown(planOf({ changes: manyChanges(count, name) }), {});
    expect(markdown.length).toBeLessThanOrEqual(longestMarkdown);
    const html = micromark(markdown, {
      allowDangerousHtml: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    const rows = html.match(/<tr>\n<td>~<\/td>/g)?.length ?? 0;
    const left = [...html.matchAll(/<strong>(\d+) more not shown here<\/strong>/g)];
    expect(rows + left.reduce((sum, [, digits]) => sum + Number(digits), 0)).toBe(count);
    expect(html.match(/<\/details>/g)?.length).toBe(html.match(/<details>/g)?.length);
    expect(html).toContain(`<h3>Plan for <code>production</code>: ${count} to update`);
  });

  it("shows what loses or undoes something before anything else", () => {
    const changes = [
      ...manyChanges(3000, "ocr"),
      change("acme/z:old", "pipeline_1", null, { cause: moved }),
      change("acme/z:hand", "pipeline_1", "pipeline_2", { cause: { kind: "drift" } }),
    ];
    const rows = renderPlanMarkdown(planOf({ changes }), {})
      .split("\n")
      .filter((line) => /^\| [~-] \|/.test(line));
    expect(rows[0]).toMatch(/acme\/z:old.*\*\*removed\*\* in/);
    expect(rows[1]).toMatch(/acme\/z:hand.*\*\*moved by hand\*\*/);
  });
});

it("suggests commands for the remote that the command line named", () => {
  const plan = planOf({ changes: manyChanges(3000, "ocr") });
  expect(renderPlanMarkdown(plan, {}, "staging")).toContain("`pointsman plan --remote staging` prints all");
  const issue = renderDifferingMarkdown(plan, "staging");
  for (const command of ["adopt NAME", "sync --on-drift overwrite", "plan"])
    expect(issue).toContain(`\`pointsman ${command} --remote staging\``);
  expect(renderDifferingMarkdown(plan)).toContain("`pointsman adopt NAME`");
});

it("tells a blocked pointer from one that is not there", () => {
  const blocked = [
    { pointer: "acme/z:held", reason: "locked-on-remote", message: "Locked at acme/z:v2." },
  ] as const;
  const changes = [change("acme/z:gone", null, "pipeline_1", { cause: { kind: "new" } })];
  const issue = renderDifferingMarkdown(planOf({ changes, blocked }));
  expect(issue).toMatch(/\| `acme\/z:gone` \|  \| .* \| not there: removed by hand/);
  expect(issue).toContain("| `acme/z:held` |  |  | **blocked**: Locked at acme/z:v2. |");
});

describe("somebody else's text", () => {
  it("in code shows what would end it as an escape", () => {
    expect(code("a\\|`**approved**`|\u001b[31m\u202e")).toBe(
      "`a\\\\u{7c}\\u{60}**approved**\\u{60}\\u{7c}\\u{1b}[31m\\u{202e}`",
    );
    expect(code(" ")).toBe("");
  });

  it("in a sentence reads as it was written, and mentions nobody", () => {
    const text = "Fix #12 for @org/team: <b>x</b> & $5, see https://a.example and www.b.example [^1] `y` | z";
    const html = micromark(`So: ${prose(text)}`, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
    const shown = html
      .replaceAll("&lt;span&gt;$&lt;/span&gt;", "$")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&")
      .replaceAll("\u200b", "");
    expect(shown).toBe(`<p>So: ${text}</p>`);
    expect(html).not.toMatch(/@org|#12|:\/\//);
  });
});

it("problems as a comment", async () => {
  const problems = [
    {
      rule: "dangling",
      message: 'No pointer myuser/gptneo:stabel is declared; did you mean "stable"?',
      file: "pointers/myuser/gptneo.yaml",
      line: 3,
      column: 25,
      severity: "error",
    },
    {
      rule: "path",
      message: "This file declares only myuser/whisper:prod.",
      file: "pointers/myuser/whisper/prod.yaml",
      line: 100,
      column: 5,
      severity: "error",
    },
  ] as const;
  const markdown = renderProblemsMarkdown(problems, { pointers: 7, files: 3 });
  expect(markdown).toBe(await golden("problems.md", markdown));
  expect(renderProblemsMarkdown([], { pointers: 7, files: 3 })).toBe(
    "### ok: 7 pointers in 3 files, no problems\n",
  );
});
