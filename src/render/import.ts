import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";
import { type Style, plural } from "./style.ts";

/** What `import` wrote, and what it left. */
export interface ImportResult {
  readonly imported: readonly {
    readonly pointer: string;
    readonly target: string;
    readonly locked: boolean;
    readonly file: string;
  }[];
  readonly differs: readonly {
    readonly pointer: string;
    readonly declared: string;
    readonly remote: string;
  }[];
  readonly skipped: readonly { readonly pointer: string; readonly reason: string }[];
}

/** @param named the remote, where the command line named it */
export function renderImport(
  { imported, differs, skipped }: ImportResult,
  { colors }: Style,
  named?: string,
): string {
  const { bold, dim, green, yellow } = colors;
  const lines: string[] = [];
  let last: string | undefined;
  for (const { pointer, target, locked, file } of imported) {
    if (file !== last) lines.push(dim(file));
    last = file;
    lines.push(`  ${green("+")} ${bold(pointer)} ${target}${locked ? " (locked)" : ""}`);
  }
  if (differs.length > 0) lines.push("Declared otherwise, and left as declared:");
  for (const { pointer, declared, remote } of differs) {
    lines.push(
      `  ${yellow("~")} ${bold(pointer)} differs: declared ${printable(declared)}, the remote has ` +
        `${printable(remote)}; ${suggested(`adopt ${pointer}`, named)} takes it over`,
    );
  }
  if (skipped.length > 0) lines.push("Not to be declared here:");
  for (const { pointer, reason } of skipped) lines.push(`  ${dim("-")} ${printable(pointer)} ${dim(reason)}`);
  const counts = [
    `${imported.length} imported`,
    ...(differs.length > 0 ? [`${differs.length} ${differs.length === 1 ? "differs" : "differ"}`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ];
  lines.push(`${counts.join(", ")}.`);
  if (imported.length > 0) {
    const files = plural(new Set(imported.map(({ file }) => file)).size, "file");
    lines.push(`Next: commit the ${files}; ${suggested("plan", named)} then has nothing to do for them.`);
  }
  return `${lines.join("\n")}\n`;
}
