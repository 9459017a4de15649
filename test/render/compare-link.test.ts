import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { compareLink } from "../../src/render/compare-link.ts";
import { renderPlanMarkdown } from "../../src/render/plan-markdown.ts";
import { golden } from "./golden.ts";
import { change, moved, planOf } from "./plans.ts";
import { untrusted } from "./untrusted.ts";

const [old, now] = ["a1b2c3d4e5f6".padEnd(40, "0"), "0f1e2d3c4b5a".padEnd(40, "0")];
const link = (repository: string, before = repository, commits: readonly [string, string] = [old, now]) =>
  compareLink({ repository: before, commit: commits[0] }, { repository, commit: commits[1] }, {});

describe("the page that compares two commits of a model", () => {
  test.each([
    ["https://github.com/acme/ocr", `https://github.com/acme/ocr/compare/${old}...${now}`],
    ["https://github.com/acme/ocr.git", `https://github.com/acme/ocr/compare/${old}...${now}`],
    ["https://gitlab.com/acme/vision/ocr", `https://gitlab.com/acme/vision/ocr/-/compare/${old}...${now}`],
    ["http://github.com/acme/ocr", null],
    ["https://github.com/acme", null],
    ["https://github.com/acme/ocr/tree/main", null],
    ["https://github.com/acme/../evil", null],
    ["https://github.com/acme/ocr?x", null],
    ["https://github.com/acme/ocr#x", null],
    ["https://github.com/acme/ocr)", null],
    ["https://github.com//acme/ocr", null],
    ["https://gitlab.com/acme/-/ocr", null],
    ["https://github.com@evil.example/acme/ocr", null],
    ["https://github.com.evil.example/acme/ocr", null],
    ["https://GITHUB.com/acme/ocr", null],
    ["https://git.example.com/acme/ocr", null],
    ["javascript://github.com/acme/ocr", null],
  ])("%s: %s", (repository, expected) => {
    expect(link(repository)).toBe(expected);
  });

  it("is none for two repositories, for one commit, and for what is no commit", () => {
    const home = "https://github.com/acme/ocr";
    expect(link(home, "https://github.com/acme/other")).toBeNull();
    expect(link(home, home, [old, old])).toBeNull();
    expect(link(home, home, [old, "main"])).toBeNull();
    expect(link(home, `${home}.git`)).not.toBeNull();
  });

  it("is on the host of the CI too, by its own form", () => {
    const at = (host: string, forges: Record<string, "github" | "gitlab">) => {
      const repository = `https://${host}/acme/ocr`;
      return compareLink({ repository, commit: old }, { repository, commit: now }, forges);
    };
    const host = "git.example.com:8443";
    expect(at(host, { [host]: "github" })).toBe(`https://${host}/acme/ocr/compare/${old}...${now}`);
    expect(at(host, { [host]: "gitlab" })).toBe(`https://${host}/acme/ocr/-/compare/${old}...${now}`);
    expect(at("constructor", {})).toBeNull();
  });

  it("never leaves its host's form, whatever a pipeline says", () => {
    const text = fc.oneof(untrusted, fc.constantFrom("acme", "..", ".", "-", "%2e%2e", "a;b", "a@b", ""));
    const part = fc.oneof(text, fc.constant("ocr"));
    const said = fc
      .tuple(fc.constantFrom("https://github.com/", "https://gitlab.com/", "https:/", ""), fc.array(part))
      .map(([start, parts]) => start + parts.join("/"));
    const form =
      /^https:\/\/(github\.com(\/[\w.-]+){2}|gitlab\.com(\/[\w.-]+){2,}\/-)\/compare\/[0-9a-f]{40}\.{3}[0-9a-f]{40}$/;
    fc.assert(
      fc.property(said, (repository) => {
        const made = link(repository);
        if (made === null) return;
        expect(made).toMatch(form);
        expect(new URL(made).href).toBe(made);
      }),
      { numRuns: 500 },
    );
  });
});

test("a plan links what changed between the models it moves", async () => {
  const at = (repository: string, commit: string) => ({ repository, commit });
  const changes = [
    change("acme/ocr:corp", "pipeline_5", "pipeline_6", { cause: moved }),
    change("acme/ocr:new", null, "pipeline_2"),
    change("acme/ocr:other", "pipeline_1", "pipeline_4", { cause: moved }),
    change("acme/ocr:prod", "pipeline_1", "pipeline_2", { cause: moved }),
    change("acme/ocr:same", "pipeline_2", "pipeline_3", { cause: moved }),
    change("acme/ocr:unknown", "pipeline_1", "pipeline_9", { cause: moved }),
  ];
  const sources = {
    pipeline_1: at("https://github.com/acme/ocr", old),
    pipeline_2: at("https://github.com/acme/ocr", now),
    pipeline_3: at("https://github.com/acme/ocr", now),
    pipeline_4: at("https://github.com/else/where|`x`", now),
    pipeline_5: at("https://git.example.com/acme/ocr", old),
    pipeline_6: at("https://git.example.com/acme/ocr", now),
  };
  const markdown = renderPlanMarkdown(planOf({ changes, sources }), {});
  expect(markdown).toBe(await golden("plan-sources.md", markdown));
});
