import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { configFile } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import { findRepository } from "../git/find-repository.ts";
import { pointersFolder } from "../pointer/pointer-path.ts";
import { runGit } from "../workspace/git-program.ts";
import { stateFolder } from "../workspace/open-workspace.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

/** Starts a pointer repository, or makes one of a git repository. What is there already stays as it is. */
export async function init(options: CommonOptions, deps: Deps): Promise<CommandResult> {
  const folder = resolve(options.dir);
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new PointsmanError("usage", `${folder} cannot be used: ${error.message}.`);
  });
  const made: string[] = [];
  if (!(await isInRepository(folder))) {
    await runGit(folder, ["init", "--quiet"]);
    made.push(".git");
  }
  if (await writeNew(join(folder, configFile), configText)) made.push(configFile);
  if (await writeNew(join(folder, pointersFolder, ".gitkeep"), "")) made.push(`${pointersFolder}/`);
  if (await ignore(folder)) made.push(".gitignore");
  if (!(await isThere(join(folder, stateFolder)))) {
    await mkdir(join(folder, stateFolder), { mode: 0o700 });
    made.push(`${stateFolder}/`);
  }
  const { bold, dim } = deps.style.colors;
  return result(options, exitCodes.done, { folder, made }, () =>
    made.length === 0
      ? `${folder} is a pointer repository already.\n`
      : [
          `${bold(folder)} is a pointer repository: ${made.join(", ")}`,
          "",
          "Next:",
          `  pointsman publish myuser/gptneo                          ${dim("# upload to the registry in .pointsman/")}`,
          `  pointsman set myuser/gptneo:latest myuser/gptneo:v1`,
          `  git add . && git commit -m "Point latest at v1"`,
          `  pointsman plan && pointsman sync`,
          "",
        ].join("\n"),
  );
}

const configText = `# https://json-schema.org: schemas/config.schema.json of the pointsman package
version: 1

# Where pointers live. Without this, commands use the registry in .pointsman/ on this machine.
# remotes:
#   production:
#     url: https://registry.example.com
#     token: \${POINTSMAN_TOKEN}
# default_remote: production
`;

async function isInRepository(folder: string): Promise<boolean> {
  try {
    return (await findRepository(folder)).workTree !== null;
  } catch (error) {
    if (error instanceof PointsmanError && error.code === "no-repository") return false;
    throw error;
  }
}

/** The registry's files are this machine's own; so are packages installed beside it. */
async function ignore(folder: string): Promise<boolean> {
  const file = join(folder, ".gitignore");
  const text = await readFile(file, "utf8").catch(() => "");
  const wanted = [
    `${stateFolder}/`,
    ...((await isThere(join(folder, "node_modules"))) ? ["node_modules/"] : []),
  ];
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, ""));
  const missing = wanted.filter((entry) => !lines.includes(entry) && !lines.includes(entry.slice(0, -1)));
  if (missing.length === 0) return false;
  const start = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  await writeFile(file, `${start}${missing.join("\n")}\n`);
  return true;
}

async function writeNew(file: string, text: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true });
  if (await isThere(file)) return false;
  await writeFile(file, text, { flag: "wx" });
  return true;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
