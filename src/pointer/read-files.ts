import type { Declaration, Desired } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import { parseCanonical } from "./parse-canonical.ts";
import type { ParsedPointerFile } from "./parse-pointer-file.ts";
import { printable } from "./printable.ts";

/** The pointers of one commit or working tree, with what is wrong with its files. */
export interface ReadDesired {
  readonly desired: Desired;
  readonly problems: readonly Problem[];
  /** The text of each file that could be read, by path: for showing the lines of problems. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Files as far as they can be understood without the YAML parser. */
export interface ReadFiles {
  /** What is wrong with the files before their content is looked at. */
  readonly problems: readonly Problem[];
  readonly texts: ReadonlyMap<string, string>;
  /** Paths of those that should declare pointers and cannot be read. */
  readonly unreadable: readonly string[];
  /** What each text declares, in the order of the paths; null where the YAML parser has to say it. */
  readonly canonical: ReadonlyMap<string, Declaration[] | null>;
  /** Whether the YAML parser is needed. */
  readonly needsYaml: boolean;
  /** Of paths that differ only in case, known when all are. */
  readonly twins: readonly Problem[];
}

/** Reads all pointer files at once. Files that are not YAML are let be. */
export function readFiles(files: readonly SourceFile[]): ReadFiles {
  const problems: Problem[] = [];
  const texts = new Map<string, string>();
  const unreadable: string[] = [];
  const canonical = new Map<string, Declaration[] | null>();
  let needsYaml = false;
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of sorted) {
    const text = readText(file, problems);
    if (text === null) {
      if (file.path.endsWith(".yaml")) unreadable.push(file.path);
      continue;
    }
    texts.set(file.path, text);
    const declarations = parseCanonical(file.path, text);
    canonical.set(file.path, declarations);
    needsYaml ||= declarations === null;
  }
  return { problems, texts, unreadable, canonical, needsYaml, twins: caseTwins(sorted) };
}

/** What the files declare. @param parse the YAML parser, where it is needed */
export function desiredOf(
  read: ReadFiles,
  options: DesiredOptions,
  parse: (file: string, text: string) => ParsedPointerFile,
): ReadDesired {
  const problems = [...read.problems];
  const declarations: Declaration[] = [];
  const unreadable = [...read.unreadable];
  for (const [path, known] of read.canonical) {
    const parsed =
      known === null ? parse(path, read.texts.get(path) ?? "") : { declarations: known, problems: [] };
    if (parsed.problems.length > 0) unreadable.push(path);
    for (const declaration of parsed.declarations) declarations.push(declaration);
    for (const problem of parsed.problems) problems.push(problem);
  }
  problems.sort((a, b) => (a.file === b.file ? 0 : a.file < b.file ? -1 : 1));
  problems.push(...read.twins);
  return {
    desired: { ...options, declarations, pointers: firstOfEach(declarations), unreadable: unreadable.sort() },
    problems,
    texts: read.texts,
  };
}

/** The first declaration of each name. Mostly there is one: only else each is looked for before it is put. */
function firstOfEach(declarations: readonly Declaration[]): Map<string, Declaration> {
  const pointers = new Map<string, Declaration>();
  for (const declaration of declarations) pointers.set(declaration.pointer, declaration);
  if (pointers.size === declarations.length) return pointers;
  pointers.clear();
  for (const declaration of declarations)
    if (!pointers.has(declaration.pointer)) pointers.set(declaration.pointer, declaration);
  return pointers;
}

/** Which state the files are of, and by which config. */
export interface DesiredOptions {
  readonly commit: string | null;
  readonly root: string;
  readonly isExternal: (pointer: string) => boolean;
}

function readText(file: SourceFile, problems: Problem[]): string | null {
  const report = (message: string): null => {
    problems.push({ rule: "file", message, file: file.path, line: 1, column: 1, severity: "error" });
    return null;
  };
  if (/\.yml$/i.test(file.path))
    return report("Pointer files end in .yaml: rename it, or it declares nothing.");
  if (!/\.yaml$/i.test(file.path)) {
    return file.kind === "symlink" ? report("A symbolic link cannot stand among the pointer files.") : null;
  }
  if (!file.path.endsWith(".yaml")) return report("Pointer files end in .yaml, in lower case: rename it.");
  if (file.kind === "symlink") return report("A symbolic link is not followed: put the file itself here.");
  if (file.kind === "submodule") return report("A submodule cannot stand among the pointer files.");
  if (file.bytes === null)
    return report(
      `The file is larger than ${maxFileSize / 1024 / 1024} MiB, more than a pointer file may be.`,
    );
  try {
    return utf8.decode(file.bytes);
  } catch {
    return report("The file is not UTF-8 text: save it as UTF-8.");
  }
}

// Takes a byte order mark away by itself.
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Two such files are one on most laptops: whoever checks them out loses one of them. */
function caseTwins(files: readonly SourceFile[]): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const { path } of files) {
    const folded = path.toLowerCase();
    const twin = seen.get(folded);
    if (twin === undefined) seen.set(folded, path);
    else {
      problems.push({
        rule: "file",
        message: `The path differs from ${printable(twin)} only in case: they are one file on many systems.`,
        file: path,
        line: 1,
        column: 1,
        severity: "error",
      });
    }
  }
  return problems;
}
