import { existsSync } from "node:fs";
import { mkdir, readFile, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { addRemote } from "../config/add-remote.ts";
import { configFile } from "../config/config.ts";
import { readOfficialConfig } from "../config/official-config.ts";
import { PointsmanError } from "../errors.ts";
import { findRepository } from "../git/find-repository.ts";
import { pointersFolder } from "../pointer/pointer-path.ts";
import { printable } from "../pointer/printable.ts";
import { runGit } from "../workspace/git-program.ts";
import { stateFolder } from "../workspace/open-workspace.ts";
import { writeRepositoryFile } from "../workspace/write-file.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import type { ciFiles } from "./ci-files.ts";
import { installCi } from "./install-ci.ts";
import { installHook } from "./install-hook.ts";
import { shellWord } from "./shell-word.ts";

export interface InitOptions extends CommonOptions {
  /** Installs git's pre-commit hook. */
  readonly hooks?: boolean;
  /** Writes the file by which this CI validates, shows and syncs. */
  readonly ci?: keyof typeof ciFiles;
}

/**
 * Starts a pointer repository, or makes one of a git repository. What is there already stays as it is. A
 * pointer repository that is asked for a hook or a CI's file gets just that.
 */
export async function init(options: InitOptions, deps: Deps): Promise<CommandResult> {
  const folder = resolve(options.dir);
  const isAsked = options.hooks === true || options.ci !== undefined;
  if (!isAsked || !existsSync(join(folder, configFile))) return start(folder, options, deps);
  const extras = await makeExtras(folder, options, deps);
  return result(options, exitCodes.done, { folder, made: extras.map(({ path }) => path) }, () =>
    extras.length === 0 ? "It is there already.\n" : extras.map(({ says }) => `${says}\n`).join(""),
  );
}

/** What was made beside the repository itself, and what to know of it. */
interface Extra {
  readonly path: string;
  readonly says: string;
}

async function makeExtras(folder: string, options: InitOptions, deps: Deps): Promise<Extra[]> {
  const extras: Extra[] = [];
  const file = options.ci === undefined ? null : await installCi(folder, options.ci, deps);
  if (file !== null) {
    const { path, token } = file;
    extras.push({ path, says: `Made ${path}: commit it, and give the CI the secret ${token}.` });
  }
  const hook = options.hooks === true ? await installHook(folder, deps) : null;
  if (hook !== null) {
    const says = `Made ${printable(hook)}: each commit is refused while the pointers staged for it have problems.`;
    extras.push({ path: hook, says });
  }
  return extras;
}

async function start(folder: string, options: InitOptions, deps: Deps): Promise<CommandResult> {
  const first = await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new PointsmanError("usage", `${folder} cannot be used: ${error.message}.`);
  });
  const made: string[] = [];
  if (!(await isInWorkTree(folder))) {
    await runGit(folder, ["init", "--quiet"], deps.environment).catch(async (error: unknown) => {
      if (first !== undefined) await removeEmpty(folder, first);
      throw error;
    });
    made.push(".git");
  }
  const official = existsSync(join(folder, configFile)) ? null : await readOfficialConfig(deps.environment);
  const remote = official?.remote ?? null;
  for (const note of official?.notes ?? []) deps.note(note);
  const configText =
    remote === null ? configHead + configExample : addRemote(configFile, configHead, remote.name, remote.url);
  if (await writeNew(folder, configFile, configText)) made.push(configFile);
  if (await writeNew(folder, `${pointersFolder}/.gitkeep`, "")) made.push(`${pointersFolder}/`);
  if (await ignore(folder)) made.push(".gitignore");
  if (!existsSync(join(folder, stateFolder))) {
    await mkdir(join(folder, stateFolder), { mode: 0o700 }).catch((error: Error) => {
      throw new PointsmanError("file-invalid", `${stateFolder}/ cannot be made: ${error.message}.`);
    });
    made.push(`${stateFolder}/`);
  }
  const extras = await makeExtras(folder, options, deps);
  made.push(...extras.map(({ path }) => path));
  const { bold, dim } = deps.style.colors;
  const isInEnvironment = deps.environment["POINTSMAN_URL"] !== undefined;
  const written = remote === null ? {} : { remote: { name: remote.name, url: remote.url } };
  return result(options, exitCodes.done, { folder, made, ...written }, () =>
    made.length === 0
      ? `${folder} is a pointer repository already.\n`
      : [
          `${bold(folder)} is a pointer repository: ${made.join(", ")}`,
          ...(remote === null
            ? []
            : [`Remote: ${bold(remote.name)} (${remote.url}), from ${printable(remote.from)}`]),
          ...(isInEnvironment ? [environmentFirst] : []),
          ...extras.map(({ says }) => says),
          "",
          "Next:",
          ...(options.dir === "." ? [] : [`  cd ${shellWord(printable(folder))}`]),
          ...(remote === null && !isInEnvironment ? firstSteps(dim) : stepsWith(dim, isInEnvironment)),
          "",
        ].join("\n"),
  );
}

/** Takes away again the folders that were made, from the last up to the first. */
async function removeEmpty(folder: string, first: string): Promise<void> {
  try {
    for (let at = folder; at.length >= first.length; at = dirname(at)) await rmdir(at);
  } catch {
    // What is in it by now is somebody's.
  }
}

function firstSteps(dim: (text: string) => string): string[] {
  return [
    `  pointsman publish myuser/gptneo                          ${dim("# upload to the registry in .pointsman/")}`,
    `  pointsman set myuser/gptneo:latest myuser/gptneo:v1`,
    `  git add . && git commit -m "Point latest at v1"`,
    `  pointsman plan && pointsman sync`,
  ];
}

const environmentFirst =
  "POINTSMAN_URL is set: commands go to its registry, unless --remote names another one.";

/**
 * The same with a registry that exists: its token stays where it is, and goes nowhere by itself.
 * @param isInEnvironment whether it is that of POINTSMAN_URL, whose token is there too
 */
function stepsWith(dim: (text: string) => string, isInEnvironment: boolean): string[] {
  const token = `  export POINTSMAN_TOKEN=…                                 ${dim("# the remote's token: it is in no file here")}`;
  return [
    ...(isInEnvironment ? [] : [token]),
    `  pointsman import                                         ${dim("# its pointers become files")}`,
    `  git add . && git commit -m "Declare our pointers"`,
    `  pointsman plan                                           ${dim("# --remote embedded: a registry to try things on")}`,
  ];
}

const configHead = `# https://json-schema.org: schemas/config.schema.json of the pointsman package
version: 1
`;

const configExample = `
# Where pointers live. Without this, commands use the registry in .pointsman/ on this machine.
# remotes:
#   production:
#     url: https://registry.example.com
#     token: \${POINTSMAN_TOKEN}
# default_remote: production
`;

async function isInWorkTree(folder: string): Promise<boolean> {
  const place = await findRepository(folder).catch((error: unknown) => {
    if (error instanceof PointsmanError && error.code === "no-repository") return null;
    throw error;
  });
  if (place !== null && place.workTree === null) {
    throw new PointsmanError("no-repository", `${folder} is in a bare repository, which has no files.`, {
      hint: "Use a clone with a working tree.",
    });
  }
  return place !== null;
}

/** The registry's files are this machine's own; so are packages installed beside it. */
async function ignore(folder: string): Promise<boolean> {
  const file = join(folder, ".gitignore");
  const text = await readFile(file, "utf8").catch(() => "");
  const wanted = [`${stateFolder}/`, ...(existsSync(join(folder, "node_modules")) ? ["node_modules/"] : [])];
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, ""));
  const missing = wanted.filter((entry) => !lines.includes(entry) && !lines.includes(entry.slice(0, -1)));
  if (missing.length === 0) return false;
  const start = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  await writeRepositoryFile(folder, { path: ".gitignore", text: `${start}${missing.join("\n")}\n` });
  return true;
}

async function writeNew(folder: string, path: string, text: string): Promise<boolean> {
  if (existsSync(join(folder, path))) return false;
  await writeRepositoryFile(folder, { path, text });
  return true;
}
