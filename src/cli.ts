#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { asksForJson, base, readPort, ref, remote, withCommit } from "./arguments.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes } from "./commands/command.ts";
import { PointsmanError } from "./errors.ts";
import { printable } from "./pointer/printable.ts";
import { renderError, renderJsonError } from "./render/error.ts";
import { style } from "./render/style.ts";
import { hasColor, openTerminal } from "./terminal.ts";

interface GlobalOptions {
  readonly dir: string;
  readonly format: "text" | "json";
  readonly color: "auto" | "always" | "never";
  readonly quiet?: true;
  readonly verbose?: true;
}

type Run = (common: CommonOptions, deps: Deps) => Promise<CommandResult>;

const isJson = asksForJson(process.argv.slice(2));

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
  .configureOutput({ writeErr: (text) => void (isJson || process.stderr.write(text)) });

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

async function runCommand(run: Run, options: GlobalOptions): Promise<void> {
  enter(options.dir);
  const terminal = openTerminal({
    stdin: process.stdin,
    stderr: process.stderr,
    quiet: options.quiet === true,
  });
  const { exitCode, output } = await run(
    { dir: ".", format: options.format },
    {
      ...terminal,
      environment: process.env,
      print: (text) => void process.stdout.write(text),
      self: [process.execPath, process.argv[1] ?? ""],
      style: style({
        color: hasColor(options.color, process.stdout, process.env),
        isTerminal: process.stdout.isTTY,
      }),
      takeInterrupts: () => takeInterrupts(terminal.note),
    },
  );
  process.stdout.write(output);
  process.exitCode = exitCode;
}

/** As git's -C does it: also the files that options name are then looked for there. */
function enter(folder: string): void {
  try {
    process.chdir(folder);
    process.cwd();
  } catch (error) {
    throw new PointsmanError("usage", `There is no folder ${printable(folder)} to work in.`, {
      cause: error,
    });
  }
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

async function main(): Promise<void> {
  // A pager that was closed is no error, and what nobody reads any more does not stop a sync.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.exitCode = exitCodes.mustFix;
  });
  process.stderr.on("error", () => undefined);
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = fail(error);
  }
}

/** The one place where errors end: people get a sentence and a hint, programs get JSON. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    const message = error.code === "commander.help" ? "No command is given." : error.message;
    if (isJson) process.stdout.write(renderJsonError("usage", message.replace(/^error: /, "")));
    return exitCodes.mustFix;
  }
  const isBug = !(error instanceof PointsmanError);
  const code = isBug ? "bug" : error.code;
  const message = error instanceof Error ? error.message : String(error);
  if (isJson) process.stdout.write(renderJsonError(code, message, isBug ? undefined : error.hint));
  else process.stderr.write(explain(error));
  if (code === "interrupted") return exitCodes.interrupted;
  return isBug || code === "bug" ? exitCodes.bug : exitCodes.mustFix;
}

function explain(error: unknown): string {
  const { color, verbose } = program.opts<GlobalOptions>();
  const { isTTY } = process.stderr;
  return renderError(
    error,
    style({ color: hasColor(color, process.stderr, process.env), isTerminal: isTTY }),
    verbose === true,
  );
}
