import type { Declaration, Desired } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import { familyOf, isPointerName, tagOf } from "../pointer/name.ts";
import { inRoot, pathsOf, readPointerPath, withoutRoot } from "../pointer/pointer-path.ts";
import { type Rule, problemAt } from "./rule.ts";

/**
 * Path and content agree: `pointers/U/P.yaml` declares only `U/P:*`, `pointers/U/P/T.yaml` only
 * `U/P:T`, and a pipeline uses one of the two. So CODEOWNERS guards what it seems to guard.
 */
export const path: Rule = (desired) => {
  const problems: Problem[] = [];
  const layouts = new Map<string, { readonly file: string; readonly isByTag: boolean }>();
  const judged = new Set<string>();
  for (const declaration of desired.declarations) {
    const { pointer } = declaration;
    const { file } = declaration.at;
    if (!isPointerName(pointer) || judged.has(file)) continue;
    const report = (message: string): void => {
      problems.push(problemAt("path", declaration, "at", message));
    };
    const place = readPointerPath(withoutRoot(file, desired.root));
    if (place === null) {
      judged.add(file);
      report(`No pointer can be declared in ${file}. ${moveTo(declaration, desired)}`);
      continue;
    }
    const { family, tag } = place;
    if (family !== familyOf(pointer) || (tag !== undefined && tag !== tagOf(pointer))) {
      report(`${file} may declare only ${family}:${tag ?? "*"}. ${moveTo(declaration, desired)}`);
      continue;
    }
    const layout = layouts.get(family) ?? { file, isByTag: tag !== undefined };
    layouts.set(family, layout);
    if (layout.isByTag === (tag !== undefined)) continue;
    judged.add(file);
    report(
      `${family} is declared in ${layout.file} too: use either one file for the pipeline or one file a tag.`,
    );
  }
  return problems;
};

function moveTo({ pointer }: Declaration, { root }: Desired): string {
  const { byPipeline, byTag } = pathsOf(pointer);
  return `Move ${pointer} to ${inRoot(byPipeline, root)} or ${inRoot(byTag, root)}.`;
}
