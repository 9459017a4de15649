import type { Desired } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import { familyOf, isPointerName, tagOf } from "../pointer/name.ts";
import { type PointerPath, inRoot, pathsOf, readPointerPath, withoutRoot } from "../pointer/pointer-path.ts";
import { printable } from "../pointer/printable.ts";
import { type Rule, problemAt } from "./rule.ts";

/**
 * Path and content agree: `pointers/U/P.yaml` declares only `U/P:*`, `pointers/U/P/T.yaml` only
 * `U/P:T`, and a pipeline uses one of the two. So CODEOWNERS guards what it seems to guard.
 */
export const path: Rule = (desired) => {
  const problems: Problem[] = [];
  const layouts = new Map<string, { readonly file: string; readonly isByTag: boolean }>();
  const judged = new Set<string>();
  const used = usedPaths(desired);
  const placeOf = placeReader(desired.root);
  /** How names begin that the last file may declare. */
  let allowed = { file: "", beginning: "" };
  for (const declaration of desired.declarations) {
    const { pointer, file } = declaration;
    if (file === allowed.file && pointer.startsWith(allowed.beginning)) continue;
    if (!isPointerName(pointer) || judged.has(file)) continue;
    const report = (message: string): void => {
      problems.push(problemAt("path", declaration, "name", message));
    };
    const place = placeOf(file);
    if (place === null) {
      judged.add(file);
      report(`No pointer can be declared in ${printable(file)}. ${moveTo(pointer, used(), desired.root)}`);
      continue;
    }
    const { family, tag } = place;
    if (family !== familyOf(pointer) || (tag !== undefined && tag !== tagOf(pointer))) {
      report(`${file} may declare only ${family}:${tag ?? "*"}. ${moveTo(pointer, used(), desired.root)}`);
      continue;
    }
    const layout = layouts.get(family) ?? { file, isByTag: tag !== undefined };
    layouts.set(family, layout);
    if (layout.isByTag === (tag !== undefined)) {
      if (tag === undefined) allowed = { file, beginning: `${family}:` };
      continue;
    }
    judged.add(file);
    report(
      `${family} is declared in ${layout.file} too: use either one file for the pipeline or one file a tag.`,
    );
  }
  return problems;
};

/** Declarations come file by file: each path is read once. */
function placeReader(root: string): (file: string) => PointerPath | null {
  let last: { readonly file: string; readonly place: PointerPath | null } | undefined;
  return (file) => {
    if (last?.file !== file) last = { file, place: readPointerPath(withoutRoot(file, root)) };
    return last.place;
  };
}

/** The files and folders that declare something, looked for when they are first needed. */
function usedPaths({ declarations }: Desired): () => ReadonlySet<string> {
  let used: ReadonlySet<string> | undefined;
  return () => (used ??= new Set(declarations.flatMap(({ file }) => [file, folderOf(file)])));
}

/** Where it belongs: in the layout that its pipeline has already, or else in either. */
function moveTo(pointer: string, used: ReadonlySet<string>, root: string): string {
  const byPipeline = inRoot(pathsOf(pointer).byPipeline, root);
  const byTag = inRoot(pathsOf(pointer).byTag, root);
  const places = [
    ...(used.has(byPipeline) ? [byPipeline] : []),
    ...(used.has(folderOf(byTag)) ? [byTag] : []),
  ];
  return `Move ${pointer} to ${places.length === 1 ? places[0] : `${byPipeline} or ${byTag}`}.`;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
