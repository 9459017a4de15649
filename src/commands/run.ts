import { PointsmanError } from "../errors.ts";
import type { RunReport, Runner } from "../model/runner.ts";
import { meantPointer } from "../plan/meant-pointer.ts";
import { familyOf } from "../pointer/name.ts";
import { printable, visible } from "../pointer/printable.ts";
import { RemoteError } from "../remotes/remote-error.ts";
import { renderOutputs, renderPart } from "../render/run.ts";
import { waitFor } from "../waiting.ts";
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
  const began = performance.now();
  try {
    announceRemote(runner, deps);
    if (options.stream === true) return await printParts(runner.stream(body), options, deps);
    const report = await runner.run(body).finally(waitFor(printable(options.name)));
    const isDone = report.state === "completed";
    if (options.format === "json") {
      return { exitCode: isDone ? exitCodes.done : exitCodes.mustFix, output: `${report.text}\n` };
    }
    if (!isDone) throw failed(report, options, deps);
    return { exitCode: exitCodes.done, output: renderOutputs(report) };
  } catch (error) {
    throw await explained(error, options, runner, performance.now() - began);
  } finally {
    await runner.close();
  }
}

/** An error of the remote with what is known here besides: what was asked, and how long it was waited for. */
async function explained(
  error: unknown,
  { name, wait }: RunOptions,
  runner: Runner,
  ms: number,
): Promise<unknown> {
  if (!(error instanceof RemoteError)) return error;
  const { code, message } = error;
  if (code === "run-failed" && wait === true) {
    return new PointsmanError(code, `${message}: it was waited for ${Math.round(ms / 1000)} s.`, {
      hint: "Its container's own log says what it is loading.",
      cause: error,
    });
  }
  // What has a hint is a 404 of a URL that is none of a registry.
  const isUnknown = error.outcome === "missing" && error.hint === undefined;
  const hint = isUnknown ? await meant(name, runner) : undefined;
  return hint === undefined ? error : new PointsmanError(code, message, { hint, cause: error });
}

/** What was meant by a name that there is not, as far as its pipeline's pointers tell. */
async function meant(name: string, runner: Runner): Promise<string | undefined> {
  if (!name.includes("/")) return undefined;
  const names = await runner.pointers(familyOf(name)).catch(() => []);
  if (!name.includes(":")) {
    const [example = "username/pipeline:tag"] = names;
    return `A pointer has a tag, as in ${printable(example)}.`;
  }
  return meantPointer(name, names);
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
  // Only before the first part: a terminal has the others in the line in which it would be told.
  const begun = waitFor(printable(options.name));
  try {
    for await (const report of reports) {
      begun();
      const isFirst = last === undefined;
      last = report;
      if (isJson) deps.print(`${isFirst ? '{"runs":[' : ","}\n${report.text}`);
      else {
        const part = renderPart(report);
        deps.print(part);
        if (part !== "") shown = part;
      }
      if (report.error !== null) break;
    }
  } catch (error) {
    if (!isJson) deps.print(lineEnd(shown));
    if (last === undefined || !isJson || !(error instanceof PointsmanError)) throw error;
    const { code, message } = error;
    return { exitCode: exitCodes.mustFix, output: `\n],"error":${JSON.stringify({ code, message })}}\n` };
  } finally {
    begun();
  }
  const isDone = last !== undefined && last.error === null;
  const exitCode = isDone ? exitCodes.done : exitCodes.mustFix;
  if (isJson) return { exitCode, output: last === undefined ? '{"runs":[]}\n' : "\n]}\n" };
  if (last === undefined || isDone) return { exitCode, output: lineEnd(shown) };
  deps.print(lineEnd(shown));
  throw failed(last, options, deps);
}

function lineEnd(shown: string): string {
  return shown === "" || shown.endsWith("\n") ? "" : "\n";
}

function failed({ id, state, error }: RunReport, { name }: RunOptions, { verbose }: Deps): PointsmanError {
  if (error === null) return new PointsmanError("run-failed", `${printable(name)} did not run: ${state}.`);
  if (error.traceback !== null) verbose(error.traceback.split("\n").map(visible).join("\n"));
  const type = error.type === "unknown" ? "" : ` (${printable(error.type)})`;
  return new PointsmanError("run-failed", `${printable(name)} failed: ${printable(error.message)}${type}.`, {
    hint: `The run is ${printable(id)}${error.traceback === null ? "." : "; --verbose shows its traceback."}`,
  });
}
