import { Command, Option, type OutputConfiguration } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { at, base, collect, onDrift, prune, readCount, ref, remote, withCommit } from "./arguments.ts";
import type { CommandResult, CommonOptions, Deps, Format } from "./commands/command.ts";
import { formats, refuseFormat } from "./formats.ts";
import { addHelp } from "./help-command.ts";
import { readFileName } from "./read-file-name.ts";
import { type AddCommand, addRegistryCommands } from "./registry-commands.ts";

/** What every command line may say, before or after the command. */
export interface GlobalOptions {
  readonly dir: string;
  readonly format: Format;
  readonly color: "auto" | "always" | "never";
  readonly quiet?: true;
  readonly verbose?: true;
  readonly profile?: true;
}

/** A command that was chosen, with its own options bound: given the world, it runs. */
export type Run = (common: CommonOptions, deps: Deps) => Promise<CommandResult>;

/** Runs a command that was chosen. `asksRemote`: it waits for a remote, and may be left at any time until it writes. */
export type Execute = (
  run: Run,
  options: GlobalOptions,
  about: { readonly asksRemote: boolean },
) => Promise<void>;

/* eslint-disable-next-line typescript/no-explicit-any -- commander hands over what the user typed as any */
type Typed = any;

/**
 * All commands with their options. Each loads its code when it is run.
 * @param execute is called with the command that the user chose
 * @param output where help and errors go: this process's streams if absent
 */
export function buildProgram(execute: Execute, output: OutputConfiguration = {}): Command {
  const program = new Command("pointsman")
    .configureOutput(output)
    .description("Pointers as code: movable names for deployed models, kept in git, synced to a registry.")
    .version(packageJson.version)
    .option("-C, --dir <dir>", "run as if started in this folder", ".")
    .addOption(
      new Option("--format <format>", "how results are printed; what others there are depends on the command")
        .choices(formats)
        .default("text"),
    )
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
    .option("--quiet", "print results and errors only")
    .option("--verbose", "print how things were done, and the causes of errors")
    .option("--profile", "print where the time went, and how much was read, to stderr")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(pointsman --help lists the commands, pointsman COMMAND --help its options)")
    .exitOverride();

  const command: AddCommand = (usage, description, run, parent = program) =>
    parent
      .command(usage)
      .description(description)
      .action(async (...typed: Typed[]) => {
        const self = typed.at(-1) as Command;
        const name = parent === program ? self.name() : `${parent.name()} ${self.name()}`;
        refuseFormat(name, self.optsWithGlobals<GlobalOptions>().format);
        // A run that nobody waits for any more ends in its container, by the connection that is closed with the program.
        const asksRemote = self.name() !== "run" && self.options.some(({ long }) => long === "--remote");
        await execute(
          (common, deps) => run(common, deps, typed.slice(0, -2), self.opts()),
          self.optsWithGlobals(),
          { asksRemote },
        );
      });

  command(
    "init [dir]",
    "start a pointer repository, or make one of a git repository",
    async (common, deps, [dir = common.dir], options) =>
      (await import("./commands/init.ts")).init({ ...common, ...options, dir }, deps),
  )
    .option("--hooks", "install git's pre-commit hook, which validates what is staged")
    .addOption(
      new Option("--ci <ci>", "write the file by which a CI does all this").choices(["github", "gitlab"]),
    );
  command("validate", "all problems of the files, offline", async (common, deps, _, options) =>
    (await import("./commands/validate.ts")).validate({ ...common, ...options }, deps),
  )
    .option(...ref)
    .option(...base)
    .addOption(new Option("--staged", "what is staged, as a pre-commit hook wants it").conflicts("ref"));
  command("plan [names...]", "what sync would do, and why", async (common, deps, [names = []], options) =>
    (await import("./commands/plan.ts")).plan({ ...common, ...options, names }, deps),
  )
    .option(...ref)
    .option(...base)
    .option(...remote)
    .addOption(prune)
    .addOption(onDrift)
    .option("--out <file>", "write the plan to a file too, as JSON", readFileName)
    .option("--detailed-exitcode", "exit 2 where there are changes");
  command("sync", "apply a commit (HEAD) to the remote", async (common, deps, _, options) =>
    (await import("./commands/sync.ts")).sync({ ...common, ...options }, deps),
  )
    .option(...ref)
    .option("--plan <file>", "apply a plan that `plan --out` wrote, where nothing is otherwise by now")
    .option(...remote)
    .addOption(prune)
    .addOption(onDrift)
    .option("--force-guards", "go past the guards of pointsman.yaml")
    .option("--allow-rollback", "apply an older commit although a newer one says otherwise")
    .option("--no-fetch", "go by what this clone has of the branch, not by the git server")
    .option("--yes", "do not ask")
    .option("--report <file>", "write what was done to a file too, as JSON", readFileName);
  command("show <file>", "a plan that `plan --out` wrote", async (common, deps, [file]) =>
    (await import("./commands/show.ts")).show({ ...common, file }, deps),
  );
  const list = command("list [pattern]", "declared pointers and where they stand on the remote", runList)
    .option(...remote)
    .option(...at);
  const get = program.command("get").description("the same as list, as `get pointers`");
  command("pointers [pattern]", list.description(), runList, get)
    .option(...remote)
    .option(...at);
  command(
    "resolve <name>",
    "the chain of a name, step by step, to the pipeline id",
    async (common, deps, [name], options) =>
      (await import("./commands/resolve.ts")).resolve({ ...common, ...options, name }, deps),
  )
    .option(...remote)
    .option("--at <when>", "what was declared at a commit or date; with --remote, what it served at a date");
  command(
    "diff [range]",
    "which pointers end up somewhere else between two commits (BASE..HEAD), in one, or in what is not committed, no remote needed",
    async (common, deps, [range], options) =>
      (await import("./commands/diff.ts")).diff({ ...common, ...options, range }, deps),
  );
  command(
    "history [name]",
    "when, by whom and in which commit a pointer's pipeline changed, chains included",
    async (common, deps, [name], options) =>
      (await import("./commands/history.ts")).history({ ...common, ...options, name }, deps),
  )
    .option("-n, --count <number>", "at most this many entries: a pointer that moved in a commit", readCount)
    .option("--since <date>", "only what was committed since");
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
  const create = program
    .command("create")
    .description("the same as set for a new name, as `create pointers`");
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
  withCommit(
    command(
      "rollback <name>",
      "write back the declaration it had before its last change",
      async (common, deps, [name], options) =>
        (await import("./commands/rollback.ts")).rollback({ ...common, ...options, name }, deps),
    ),
  ).option("--to <commit|date>", "as it was declared then");
  command(
    "import [patterns...]",
    "write the remote's pointers as files",
    async (common, deps, [patterns = []], options) =>
      (await import("./commands/import.ts")).importPointers({ ...common, ...options, patterns }, deps),
  ).option(...remote);
  withCommit(
    command(
      "adopt <names...>",
      "write what the remote has, moved by hand, into the files",
      async (common, deps, [names], options) =>
        (await import("./commands/adopt.ts")).adopt({ ...common, ...options, names }, deps),
    ),
  ).option(...remote);
  command(
    "publish <pipeline>",
    "register a new pipeline, which makes its next :vN",
    async (common, deps, [name], options) =>
      (await import("./commands/publish.ts")).publish({ ...common, ...options, name }, deps),
  )
    .option("--image <image>", "its container image (default: the pipeline's name)")
    .option("--endpoint <url>", "where its container answers; may be given again", collect)
    .option("--extras <file>", "a JSON object to keep with it")
    .option("--source-repository <url>", "the git repository that the model was built from")
    .option("--source-commit <id>", "the commit there (default: the CI's, or the checkout's)")
    .option("--no-source", "record nothing of where the model comes from")
    .option(...remote);
  command(
    "run <name>",
    "one inference by pointer, as a caller would",
    async (common, deps, [name], options) =>
      (await import("./commands/run.ts")).run({ ...common, ...options, name }, deps),
  )
    .option(
      "--input <value>",
      "an input: JSON, else a text; @FILE and - (stdin) too; given again for the next",
      collect,
    )
    .option("--stream", "print the outputs as they come")
    .option("--wait", "wait for a pipeline that is still loading")
    .option(...remote);
  command("fmt", "write the pointer files in the canonical form", async (common, deps, _, options) =>
    (await import("./commands/fmt.ts")).fmt({ ...common, ...options }, deps),
  ).option("--check", "change nothing; exit 2 where a file would change");
  command(
    "ci",
    "what a job of GitHub Actions or GitLab CI is there for, by its event",
    async (common, deps, _, options) =>
      (await import("./commands/ci.ts")).ci({ ...common, ...options }, deps),
  )
    .option(...remote)
    .addOption(prune);
  addRegistryCommands(program, command, packageJson.version);
  command("demo", "the whole loop in a throw-away folder, explaining itself", async (common, deps) =>
    (await import("./commands/demo.ts")).demo(common, deps),
  );
  for (const parent of [program, ...program.commands.filter(({ commands }) => commands.length > 0)])
    addHelp(parent);
  return program;
}

async function runList(
  common: CommonOptions,
  deps: Deps,
  [pattern]: Typed[],
  options: Typed,
): Promise<CommandResult> {
  return (await import("./commands/list.ts")).list({ ...common, ...options, pattern }, deps);
}
