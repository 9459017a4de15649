import type { Declaration, Desired } from "../../src/model/pointer.ts";

/** What a test declares: a target, or a target that is locked. */
export type Declared = Readonly<
  Record<string, string | { readonly target: string; readonly locked?: boolean }>
>;

/** The pointers of a commit, as if its files had been read. Names of `research/` are external. */
export function desiredOf(declared: Declared, commit: string | null = "c".repeat(40)): Desired {
  const declarations = Object.entries(declared).map(([pointer, value], index): Declaration => {
    const line = index + 2;
    const { target, locked = false } = typeof value === "string" ? { target: value } : value;
    const file = "pointers/sample.yaml";
    return { pointer, target, locked, file, line, column: 3, targetLine: line, targetColumn: 3 };
  });
  return {
    commit,
    declarations,
    pointers: new Map(declarations.map((declaration) => [declaration.pointer, declaration])),
    isExternal: (pointer) => pointer.startsWith("research/"),
    root: "",
    unreadable: [],
  };
}
