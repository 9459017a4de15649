import { renderPlanMarkdown } from "../render/plan-markdown.ts";
import { renderPlan } from "../render/plan.ts";
import { forgesOf } from "../workspace/forges.ts";
import { readPlan } from "../workspace/saved-plan.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

export interface ShowOptions extends CommonOptions {
  /** What `plan --out` wrote. */
  readonly file: string;
}

/** A saved plan, as `plan` printed it. Needs neither the repository nor the remote. */
export async function show(options: ShowOptions, deps: Deps): Promise<CommandResult> {
  const plan = await readPlan(options.file);
  return result(options, exitCodes.done, plan, () => renderPlan(plan, deps.style), {
    markdown: () => renderPlanMarkdown(plan, forgesOf(deps.environment)),
  });
}
