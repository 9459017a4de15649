import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { atEnd } from "../at-end.ts";
import { makeFolder, token } from "../cli/kit.ts";
import { filled, isTaken } from "./expression.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, string>;
}

interface Action {
  readonly inputs: Record<string, { readonly default?: string }>;
  readonly outputs: Record<string, { readonly value: string }>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const action = parse(await readFile(join(project, "action.yml"), "utf8")) as Action;

/** One job in which the action runs. */
export interface ActionJob {
  readonly event: string;
  readonly payload: unknown;
  /** The checkout. */
  readonly workspace: string;
  /** What GitHub's servers set: `GITHUB_SHA` and the like. */
  readonly github: Readonly<Record<string, string>>;
  readonly apiUrl: string;
  /** The job's own `env`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly run?: { readonly id: number; readonly attempt?: number };
  /** Whether npm installs it once more: it is the same each time, and takes longer than all the rest. */
  readonly isInstalled?: false;
}

/** What the first run of a test file installed. */
let installed: Record<string, string> | undefined;

export interface ActionRan {
  /** Of the step that ended the job; 0 where all went well. */
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The steps that are other people's actions, as they would run: recorded, not run. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
}

/** Runs the steps of action.yml as a runner does: each in bash, with files for its outputs and its summary. */
export async function runAction(job: ActionJob): Promise<ActionRan> {
  const temp = await makeFolder();
  const file = async (name: string, text = ""): Promise<string> => {
    await writeFile(join(temp, name), text);
    return join(temp, name);
  };
  const { id = 100, attempt = 1 } = job.run ?? {};
  const summary = await file("summary.md");
  const environment = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: job.event,
    GITHUB_EVENT_PATH: await file("event.json", JSON.stringify(job.payload)),
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_WORKSPACE: job.workspace,
    GITHUB_REPOSITORY: "acme/models",
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_API_URL: job.apiUrl,
    GITHUB_RUN_ID: String(id),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_BASE_REF: "",
    RUNNER_TEMP: join(temp, "temp"),
    ...job.github,
    // What npm may do in a test: take what is here, and ask nobody.
    npm_config_offline: "true",
    npm_config_cache: join(temp, "npm"),
    ...job.env,
  };
  await mkdir(environment.RUNNER_TEMP);
  const contexts = {
    github: { token: `${token}-github`, job: "pointers", run_attempt: String(attempt) },
    steps: {} as Record<string, { outputs: Record<string, string> }>,
    inputs: {} as Record<string, string>,
  };
  for (const [name, { default: text = "" }] of Object.entries(action.inputs)) {
    contexts.inputs[name] = job.inputs?.[name] ?? filled(text, contexts);
  }
  if (job.inputs?.["package"] === undefined) contexts.inputs["package"] = project;

  let [code, log] = [0, ""];
  const used: { uses: string; with: Record<string, string> }[] = [];
  for (const [index, step] of action.runs.steps.entries()) {
    if (!isTaken(step.if, contexts, code === 0)) continue;
    if (step.id === "install" && installed !== undefined && job.isInstalled !== false) {
      contexts.steps[step.id] = { outputs: installed };
      continue;
    }
    const fill = (texts: Record<string, string> = {}): Record<string, string> =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text, contexts)]));
    if (step.uses !== undefined) {
      used.push({ uses: step.uses, with: fill(step.with) });
      continue;
    }
    const output = await file(`output-${index}`);
    const script = await file(`step-${index}.sh`, filled(step.run ?? "", contexts));
    const ran = await bash(script, job.workspace, {
      ...environment,
      GITHUB_OUTPUT: output,
      ...fill(step.env),
    });
    log += ran.log;
    if (code === 0) code = ran.code;
    if (step.id === undefined) continue;
    const said = readOutputs(await readFile(output, "utf8"));
    contexts.steps[step.id] = { outputs: said };
    if (step.id !== "install" || ran.code !== 0 || installed !== undefined) continue;
    installed = said;
    atEnd(() => (installed = undefined));
  }
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value, contexts)]),
  );
  return { code, log, summary: await readFile(summary, "utf8"), outputs, used };
}

function bash(
  script: string,
  cwd: string,
  env: Record<string, string | undefined>,
): Promise<{ code: number; log: string }> {
  // As GitHub does for `shell: bash`.
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], { cwd, env });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (log += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, log }));
  });
}

function readOutputs(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
