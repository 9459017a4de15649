import { PointsmanError } from "../errors.ts";
import type { RunReport, Runner } from "../model/runner.ts";
import { printable, visible } from "../pointer/printable.ts";
import { renderOutputs, renderPart } from "../render/run.ts";
import { openRunner } from "../workspace/open-runner.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes } from "./command.ts";
import { announceRemote } from "./remote-notes.ts";
import { readInputs } from "./run-inputs.ts";

export interface RunOptions extends CommonOptions {
  /** A pointer's name or a pipeline's id. */
  readonly name: string;
  readonly input?: readonly string[];
  /** Print outputs as they come. */
  readonly stream?: true;
  /** Wait for a pipeline that is loading. */
  readonly wait?: true;
  readonly remote?: string;
}

/** One inference by pointer, as a caller would. */
export async function run(options: RunOptions, deps: Deps): Promise<CommandResult> {
  const inputs = await readInputs(options.input ?? []);
  const body = `{"pipeline":${JSON.stringify(options.name)},"inputs":${inputs},"wait_for_resources":${options.wait === true}}`;
  const { environment, verbose } = deps;
  const runner = await openRunner(options.dir, environment, { named: options.remote, verbose });
  try {
    announceRemote(runner, deps);
    if (options.stream === true) return await printParts(runner.stream(body), options, deps);
    const report = await runner.run(body);
    const isDone = report.state === "completed";
    if (options.format === "json") {
      return { exitCode: isDone ? exitCodes.done : exitCodes.mustFix, output: `${report.text}\n` };
    }
    if (!isDone) throw failed(report, options, deps);
    return { exitCode: exitCodes.done, output: renderOutputs(report) };
  } finally {
    await runner.close();
  }
}

/** Prints parts as they come. In JSON they are one document, which is ended whatever happens. */
async function printParts(
  reports: ReturnType<Runner["stream"]>,
  options: RunOptions,
  deps: Deps,
): Promise<CommandResult> {
  const isJson = options.format === "json";
  let last: RunReport | undefined;
  let shown = "";
  try {
    for await (const report of reports) {
      const isFirst = last === undefined;
      last = report;
      if (isJson) deps.print(`${isFirst ? '{"runs":[' : ","}\n${report.text}`);
      else deps.print((shown = renderPart(report)));
      if (report.error !== null) break;
    }
  } catch (error) {
    if (last === undefined || !isJson || !(error instanceof PointsmanError)) throw error;
    const { code, message } = error;
    return { exitCode: exitCodes.mustFix, output: `\n],"error":${JSON.stringify({ code, message })}}\n` };
  }
  const isDone = last !== undefined && last.error === null;
  const exitCode = isDone ? exitCodes.done : exitCodes.mustFix;
  if (isJson) return { exitCode, output: last === undefined ? '{"runs":[]}\n' : "\n]}\n" };
  if (last !== undefined && !isDone) throw failed(last, options, deps);
  return { exitCode, output: shown === "" || shown.endsWith("\n") ? "" : "\n" };
}

function failed({ id, state, error }: RunReport, { name }: RunOptions, { verbose }: Deps): PointsmanError {
  if (error === null) return new PointsmanError("run-failed", `${printable(name)} did not run: ${state}.`);
  if (error.traceback !== null) verbose(error.traceback.split("\n").map(visible).join("\n"));
  return new PointsmanError(
    "run-failed",
    `${printable(name)} failed: ${printable(error.message)} (${printable(error.type)}).`,
    {
      hint: `The run is ${printable(id)}${error.traceback === null ? "." : "; --verbose shows its traceback."}`,
    },
  );
}
