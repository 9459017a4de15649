#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { type CommandResult, type CommonOptions, type Deps, exitCodes } from "./commands/command.ts";
import { PointsmanError } from "./errors.ts";
import { style } from "./render/style.ts";
import { openTerminal } from "./terminal.ts";

interface GlobalOptions {
  readonly dir: string;
  readonly format: "text" | "json";
  readonly color: "auto" | "always" | "never";
  readonly quiet?: true;
  readonly verbose?: true;
}

type Run = (common: CommonOptions, deps: Deps) => Promise<CommandResult>;

const program = new Command("pointsman")
  .description("Pointers as code: movable names for deployed models, kept in git, synced to a registry.")
  .version(packageJson.version)
  .option("-C, --dir <dir>", "run as if started in this folder", ".")
  .addOption(
    new Option("--format <format>", "how results are printed").choices(["text", "json"]).default("text"),
  )
  .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
  .option("--quiet", "print results and errors only")
  .option("--verbose", "print how things were done, and the causes of errors")
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("(pointsman --help lists the commands, pointsman COMMAND --help its options)")
  .exitOverride()
  .configureOutput({ writeErr: (text) => void (isJson() || process.stderr.write(text)) });

const remote = ["--remote <name>", "the remote, by its name in pointsman.yaml, or `embedded`"] as const;
const ref = ["--ref <ref>", "the commit, by any name git has for it"] as const;
const base = [
  "--base <ref>",
  "what the change started from; automatic in pull requests of GitHub and GitLab",
] as const;

command(
  "init [dir]",
  "start a pointer repository, or make one of a git repository",
  async (common, deps, [dir]) =>
    (await import("./commands/init.ts")).init(dir === undefined ? common : { ...common, dir }, deps),
);
command("validate", "all problems of the files, offline", async (common, deps, _, options) =>
  (await import("./commands/validate.ts")).validate({ ...common, ...options }, deps),
)
  .option(...ref)
  .option(...base);
command("plan [names...]", "what sync would do, and why", async (common, deps, [names = []], options) =>
  (await import("./commands/plan.ts")).plan({ ...common, ...options, names }, deps),
)
  .option(...ref)
  .option(...base)
  .option(...remote)
  .option("--out <file>", "write the plan to a file too, as JSON")
  .option("--detailed-exitcode", "exit 2 where there are changes");
command("sync", "apply a commit (HEAD) to the remote", async (common, deps, _, options) =>
  (await import("./commands/sync.ts")).sync({ ...common, ...options }, deps),
)
  .option(...ref)
  .addOption(new Option("--plan <file>", "apply a plan that `plan --out` wrote").conflicts("ref"))
  .option(...remote)
  .option("--yes", "do not ask")
  .option("--report <file>", "write what was done to a file too, as JSON");
const list = command(
  "list [pattern]",
  "declared pointers and where they stand on the remote",
  runList,
).option(...remote);
const get = program.command("get").description("the same as list, as `get pointers`");
command("pointers [pattern]", list.description(), runList, get).option(...remote);
command(
  "resolve <name>",
  "the chain of a name, step by step, to the pipeline id",
  async (common, deps, [name], options) =>
    (await import("./commands/resolve.ts")).resolve({ ...common, ...options, name }, deps),
).option(...remote);
withCommit(
  command(
    "set <name> [target]",
    "declare where a pointer points",
    async (common, deps, [name, target], options) =>
      (await import("./commands/set.ts")).set({ ...common, ...options, name, target }, deps),
  ),
)
  .option("--lock", "lock it: its target then may not change")
  .option("--unlock", "take the lock off");
const create = program.command("create").description("the same as set for a new name, as `create pointers`");
withCommit(
  command(
    "pointers <name> <target>",
    "declare a new pointer; refuses a name that is declared",
    async (common, deps, [name, target], options) =>
      (await import("./commands/set.ts")).createPointer({ ...common, ...options, name, target }, deps),
    create,
  ),
).option("--lock", "lock it: its target then may not change");
withCommit(
  command("remove <name>", "take a declaration out", async (common, deps, [name], options) =>
    (await import("./commands/remove.ts")).remove({ ...common, ...options, name }, deps),
  ),
);
command(
  "publish <pipeline>",
  "register a new pipeline, which makes its next :vN",
  async (common, deps, [name], options) =>
    (await import("./commands/publish.ts")).publish({ ...common, ...options, name }, deps),
)
  .option("--image <image>", "its container image (default: the pipeline's name)")
  .option("--endpoint <url>", "where its container answers")
  .option("--extras <file>", "a JSON object to keep with it")
  .option(...remote);
command("fmt", "write the pointer files in the canonical form", async (common, deps, _, options) =>
  (await import("./commands/fmt.ts")).fmt({ ...common, ...options }, deps),
).option("--check", "change nothing; exit 2 where a file would change");
command("serve", "run the registry", async (common, deps, _, options) =>
  (await import("./commands/serve.ts")).serve({ ...common, ...options }, deps),
)
  .option("--host <host>", "the address to listen on", "127.0.0.1")
  .option("--port <port>", "the port to listen on; 0 takes a free one", readPort, 8787)
  .option("--data <dir>", "where it keeps its data (default: .pointsman/ of the pointer repository)");
command("demo", "the whole loop in a throw-away folder, explaining itself", async (common, deps) =>
  (await import("./commands/demo.ts")).demo(common, deps),
);

await main();

/* eslint-disable-next-line typescript/no-explicit-any -- commander hands over what the user typed as any */
type Typed = any;

function command(
  usage: string,
  description: string,
  run: (common: CommonOptions, deps: Deps, args: Typed[], options: Typed) => Promise<CommandResult>,
  parent = program,
): Command {
  return parent
    .command(usage)
    .description(description)
    .action(async (...typed: Typed[]) => {
      const self = typed.at(-1) as Command;
      await runCommand(
        (common, deps) => run(common, deps, typed.slice(0, -2), self.opts()),
        self.optsWithGlobals(),
      );
    });
}

async function runList(
  common: CommonOptions,
  deps: Deps,
  [pattern]: Typed[],
  options: Typed,
): Promise<CommandResult> {
  return (await import("./commands/list.ts")).list({ ...common, ...options, pattern }, deps);
}

function withCommit(to: Command): Command {
  return to
    .option("--commit", "commit just that file, with your own git")
    .option("-m, --message <text>", "the commit's message");
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

async function runCommand(run: Run, options: GlobalOptions): Promise<void> {
  const terminal = openTerminal({
    stdin: process.stdin,
    stderr: process.stderr,
    quiet: options.quiet === true,
  });
  const { exitCode, output } = await run(
    { dir: options.dir, format: options.format },
    {
      ...terminal,
      environment: process.env,
      print: (text) => void process.stdout.write(text),
      self: [process.execPath, process.argv[1] ?? ""],
      style: style({ color: hasColor(options.color, process.stdout), isTerminal: process.stdout.isTTY }),
      takeInterrupts: () => takeInterrupts(terminal.note),
    },
  );
  process.stdout.write(output);
  process.exitCode = exitCode;
}

/** The first Ctrl-C asks the command to end; a second one ends it. */
function takeInterrupts(note: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      note("Stopping: what is under way is finished. Once more stops at once.");
      controller.abort();
    });
  }
  return controller.signal;
}

function hasColor(when: GlobalOptions["color"], stream: { readonly isTTY: boolean }): boolean {
  if (when !== "auto") return when === "always";
  return stream.isTTY && (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb";
}

function isJson(): boolean {
  return /(^| )--format[ =]json( |$)/.test(process.argv.slice(2).join(" "));
}

async function main(): Promise<void> {
  // A pager that was closed is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.bug),
  );
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = await fail(error);
  }
}

/** The one place where errors end: people get a sentence and a hint, programs get JSON. */
async function fail(error: unknown): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    if (isJson()) printError("usage", error.message.replace(/^error: /, ""));
    return exitCodes.mustFix;
  }
  const isBug = !(error instanceof PointsmanError);
  const code = isBug ? "bug" : error.code;
  const message = error instanceof Error ? error.message : String(error);
  if (isJson()) printError(code, message, isBug ? undefined : error.hint);
  else process.stderr.write(await explain(error));
  if (code === "interrupted") return exitCodes.interrupted;
  return isBug || code === "bug" ? exitCodes.bug : exitCodes.mustFix;
}

async function explain(error: unknown): Promise<string> {
  const { renderError } = await import("./render/error.ts");
  const { color, verbose } = program.opts<GlobalOptions>();
  const { isTTY } = process.stderr;
  return renderError(
    error,
    style({ color: hasColor(color, process.stderr), isTerminal: isTTY }),
    verbose === true,
  );
}

function printError(code: string, message: string, hint?: string): void {
  process.stdout.write(
    `${JSON.stringify({ error: { code, message, ...(hint === undefined ? {} : { hint }) } }, null, 2)}\n`,
  );
}
