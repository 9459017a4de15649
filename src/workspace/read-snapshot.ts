import { type Config, configFile, defaultConfig } from "../config/config.ts";
import { plainConfig } from "../config/plain-config.ts";
import { isShowable, showableLines } from "../config/showable.ts";
import { PointsmanError } from "../errors.ts";
import { readWorkingTree } from "../git/working-tree.ts";
import type { Declaration, Desired } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import type { Repo } from "../model/repo.ts";
import type { SourceFile } from "../model/source-file.ts";
import { fitsPattern } from "../pointer/pattern.ts";
import { printable } from "../pointer/printable.ts";
import { inRoot, pointersFolder } from "../pointer/pointer-path.ts";
import { type DesiredOptions, type ReadDesired, desiredOf, readFiles } from "../pointer/read-files.ts";
import { counted, timed } from "../profile.ts";
import { checkDesired } from "../rules/check.ts";
import type { Workspace } from "./open-workspace.ts";

/** All that a commit, or the working tree, says. */
export interface Snapshot {
  readonly config: Config;
  readonly desired: Desired;
  /** Of pointsman.yaml: where there are any, `config` is the defaults. */
  readonly configProblems: readonly Problem[];
  /** Of all files, not yet of the rules: see `problemsOf`. */
  readonly fileProblems: readonly Problem[];
  /** The files' texts by path, for showing lines; of pointsman.yaml those that hold no secret. */
  readonly texts: ReadonlyMap<string, string>;
  /** The files themselves, as bytes, in the order of their paths. */
  readonly files: readonly SourceFile[];
  /** Whether only the files of some chains were read; nothing is wrong with these chains then. */
  readonly isPart: boolean;
}

/** What history needs of a config: where pointers are, and which names are other people's. */
export interface Rules {
  readonly config: Config;
  readonly root: string;
  readonly isExternal: (pointer: string) => boolean;
}

/**
 * Reads pointsman.yaml alone, for commands that look at other files by themselves. The defaults where it
 * is missing or has problems.
 */
export async function readRules({ repo, folder }: Workspace, commit: string): Promise<Rules> {
  const path = inRoot(configFile, folder);
  const { config } = await readConfig(path, (await repo.files(commit, path))[0]);
  return { config, root: rootOf(folder, config), isExternal: isExternalBy(config) };
}

export function rootOf(folder: string, { root }: Config): string {
  return [folder, root].filter((part) => part !== "").join("/");
}

export function isExternalBy({ external }: Config): (pointer: string) => boolean {
  return (pointer) => external.some((pattern) => fitsPattern(pointer, pattern));
}

/**
 * Reads pointsman.yaml and the pointer files.
 * @param commit a full id; null reads the working tree
 * @param mayBeEmpty gives an empty snapshot, and does not throw, where there is neither config nor pointers
 * @throws PointsmanError `no-repository` where there is neither config nor pointers
 */
export async function readSnapshot(
  workspace: Workspace,
  commit: string | null,
  mayBeEmpty = false,
): Promise<Snapshot> {
  const { folder } = workspace;
  const read = filesReader(workspace, commit);
  const configPath = inRoot(configFile, folder);
  const configFiles = await read(configPath);
  const { config, problems, text } = await readConfig(configPath, configFiles[0]);
  const root = rootOf(folder, config);
  const files = await read(inRoot(pointersFolder, root));
  if (configFiles.length === 0 && files.length === 0 && !mayBeEmpty)
    throw noPointersHere(commit === null ? "" : " at that commit");
  const options = { commit, root, isExternal: isExternalBy(config) };
  const { desired, problems: fileProblems, texts } = await declared(files, options);
  return {
    config,
    desired,
    configProblems: problems,
    fileProblems: [
      ...problems,
      ...(config.root !== "" && files.length === 0
        ? [await emptyRoot(configPath, root, configFiles[0])]
        : []),
      ...folderProblems(inRoot(pointersFolder, root), files),
      ...fileProblems,
    ],
    texts: text === null ? texts : new Map([...texts, [configPath, text]]),
    files: [...configFiles, ...files].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    isPart: false,
  };
}

/** The error of a folder that is no pointer repository: of a larger one it is mostly another folder. */
export function noPointersHere(when = ""): PointsmanError {
  const message = `There is no ${configFile} and no ${pointersFolder}/ here${when}.`;
  return new PointsmanError("no-repository", message, {
    hint: "`pointsman init` starts a pointer repository; -C DIR names one elsewhere.",
  });
}

/** Reads the files at and below a path of a commit, or of the working tree where it is null. */
export function filesReader(
  { repo }: Workspace,
  commit: string | null,
): (path: string) => Promise<SourceFile[]> {
  return async (path) => {
    if (commit !== null) return timed("read", () => repo.files(commit, path));
    const { workTree } = repo;
    if (workTree !== null) return timed("read", () => readWorking(repo, workTree, path));
    throw new PointsmanError("no-repository", "A bare repository has no working tree.", {
      hint: "Use a clone for edits; `validate` and `plan` take a commit with --ref.",
    });
  };
}

/** What a sparse checkout leaves out of the working tree is no deleted file. */
async function readWorking(repo: Repo, workTree: string, path: string): Promise<SourceFile[]> {
  const [files, leftOut] = await Promise.all([readWorkingTree(workTree, path), repo.leftOut(path)]);
  if (leftOut.length === 0) return files;
  const there = new Set(files.map((file) => file.path));
  return [...files, ...leftOut.filter((file) => !there.has(file.path))];
}

/** What pointer files declare. The YAML parser is loaded only where a file is not in the canonical form. */
export async function declared(files: readonly SourceFile[], options: DesiredOptions): Promise<ReadDesired> {
  return timed("parse", async () => {
    const read = readFiles(files);
    const parse = read.needsYaml ? (await import("../pointer/parse-yaml.ts")).parseYaml : noFile;
    const found = desiredOf(read, options, parse);
    for (const { bytes } of files) counted("bytes", bytes?.length ?? 0);
    counted("pointers", found.desired.declarations.length);
    return found;
  });
}

function noFile(file: string): never {
  throw new PointsmanError("bug", `${printable(file)} was to be read without the YAML parser.`);
}

/**
 * Everything that is wrong with a snapshot, in the order of files and lines.
 * @param base the pointers before the change, to judge what moves
 */
export function problemsOf(snapshot: Snapshot, base?: ReadonlyMap<string, Declaration>): Problem[] {
  const { desired, configProblems, fileProblems } = snapshot;
  return timed("rules", () => {
    const found = checkDesired(desired, base);
    // Which names are external is not known where pointsman.yaml has a problem: one cause is reported once.
    const ofRules = configProblems.length === 0 ? found : found.filter(({ rule }) => rule !== "dangling");
    return [...fileProblems, ...ofRules].sort((a, b) =>
      a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1,
    );
  });
}

/**
 * Reads the bytes of a pointsman.yaml: by the YAML parser only where that is needed. Of its text only the lines
 * that surely hold no secret are given.
 */
export async function readConfig(
  path: string,
  file: SourceFile | undefined,
): Promise<{ config: Config; problems: readonly Problem[]; text: string | null }> {
  if (file === undefined) return { config: defaultConfig, problems: [], text: null };
  const unreadable = (message: string): Awaited<ReturnType<typeof readConfig>> => ({
    config: defaultConfig,
    problems: [{ rule: "file", message, file: path, line: 1, column: 1, severity: "error" }],
    text: null,
  });
  if (file.path !== path && file.kind !== "symlink")
    return unreadable("This is a folder: put the file itself here.");
  if (file.bytes === null)
    return unreadable("The file is a link or larger than 1 MiB: put the file itself here.");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(file.bytes);
  } catch {
    return unreadable("The file is not UTF-8 text: save it as UTF-8.");
  }
  const config = plainConfig(text);
  if (config !== null) return { config, problems: [], text: showableLines(text) };
  const { parseConfig } = await import("../config/parse-config.ts");
  return { ...parseConfig(path, text), text: showableLines(text) };
}

/** What stands where the folder of the pointer files should be. */
function folderProblems(folder: string, [file]: readonly SourceFile[]): Problem[] {
  if (file?.path !== folder || file.kind === "symlink") return [];
  const message = "Pointer files stand in a folder of this name; this is a file.";
  return [{ rule: "file", message, file: folder, line: 1, column: 1, severity: "error" }];
}

/** A root that is misspelt, or reached through a symbolic link, would read as "no pointers any more". */
async function emptyRoot(path: string, root: string, file: SourceFile | undefined): Promise<Problem> {
  const { placeIn } = await import("../config/parse-config.ts");
  const place = placeIn(path, new TextDecoder().decode(file?.bytes ?? undefined), ["root"]);
  const shown = isShowable(root) ? printable(root) : "…";
  const message = `There is no folder ${shown}/${pointersFolder} with files in it: is "root" right?`;
  return { rule: "config", message, file: path, ...place, severity: "error" };
}
