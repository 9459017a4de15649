import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

/*
 * Random histories of two pipelines' pointers, what they mean by brute force over the list of their
 * states, and the git repository that they make.
 */
const families = ["team/alpha", "team/beta"];
export const names = families.flatMap((family) => ["aa", "bb"].map((tag) => `${family}:${tag}`));
export const external = "ext/base:main";
/** What version pointers and the external lead to: they never move here. */
export const known: Readonly<Record<string, string>> = {
  "team/alpha:v1": "pipeline_a",
  "team/alpha:v2": "pipeline_b",
  [external]: "pipeline_c",
};
/** An id that only ever stands inside feature branches. */
export const innerId = "pipeline_inner";

export interface Entry {
  readonly target: string;
  readonly locked: boolean;
}
export interface Family {
  readonly byTag: boolean;
  readonly broken: boolean;
  readonly entries: Readonly<Record<string, Entry>>;
}
export type State = Readonly<Record<string, Family>>;
export interface Commit {
  readonly state: State;
  /** States inside the feature branch that it merges. */
  readonly inner: readonly State[];
}

type Op =
  | { readonly op: "set"; readonly name: string; readonly entry: Entry }
  | { readonly op: "remove" | "flip" | "break"; readonly name: string }
  | { readonly op: "merge"; readonly name: string; readonly entry: Entry };

const target = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("pipeline_a", "pipeline_b", "pipeline_c", "pipeline_d") },
  { weight: 2, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(known)) },
);
const entry: fc.Arbitrary<Entry> = fc.record({
  target,
  locked: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
});
const name = fc.constantFrom(...names);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ op: fc.constant("set" as const), name, entry }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("remove" as const), name }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("flip" as const), name }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("break" as const), name }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("merge" as const), name, entry }) },
);

const empty: Family = { byTag: false, broken: false, entries: {} };

/** A branch's first-parent commits, the first one with no pointers. */
export const history: fc.Arbitrary<Commit[]> = fc
  .array(op, { minLength: 2, maxLength: 25, size: "max" })
  .map((ops) => {
    const now = new Map<string, Family>(families.map((family) => [family, empty]));
    const commits: Commit[] = [{ state: Object.fromEntries(now), inner: [] }];
    for (const one of ops) {
      const family = one.name.split(":")[0] ?? "";
      const was = now.get(family) ?? empty;
      const entries = { ...was.entries };
      const inner: State[] = [];
      if (one.op === "remove") delete entries[one.name];
      if (one.op === "set" || one.op === "merge") entries[one.name] = one.entry;
      if (one.op === "merge") {
        const inside = { ...was.entries, [one.name]: { target: innerId, locked: false } };
        inner.push({ ...Object.fromEntries(now), [family]: { ...was, entries: inside } });
      }
      const byTag = one.op === "flip" ? !was.byTag : was.byTag;
      // What is broken is mended by whatever touches it next.
      now.set(family, { byTag, broken: one.op === "break", entries });
      commits.push({ state: Object.fromEntries(now), inner });
    }
    return commits;
  });

/** Where a name leads at one state. Null where it is not declared. */
export interface Value {
  readonly end: string;
  readonly locked: boolean;
  readonly trouble: string | null;
  readonly through: readonly string[];
}

export function valueAt(state: State, first: string): Value | null {
  const through: string[] = [];
  const locked = (): boolean => {
    const family = state[first.split(":")[0] ?? ""];
    return family?.broken !== true && family?.entries[first]?.locked === true;
  };
  for (let at = first; ;) {
    const family = state[at.split(":")[0] ?? ""];
    const declared = family?.entries[at];
    const isUnreadable = family?.broken === true && (!family.byTag || declared !== undefined);
    if (isUnreadable) return { end: at, locked: locked(), trouble: "unreadable", through };
    if (declared === undefined) {
      if (at === first) return null;
      const trouble = at === external ? null : "dangling";
      return { end: at, locked: locked(), trouble, through };
    }
    at = declared.target;
    if (!at.includes(":") || /:v\d+$/.test(at)) return { end: at, locked: locked(), trouble: null, through };
    if (through.includes(at) || at === first) return { end: at, locked: locked(), trouble: "cycle", through };
    through.push(at);
  }
}

export function isSameValue(a: Value | null, b: Value | null): boolean {
  if (a === null || b === null) return a === b;
  return a.end === b.end && a.locked === b.locked && a.trouble === b.trouble;
}

export function idOf({ end }: Value): string | undefined {
  return end.includes(":") ? known[end] : end;
}

/** Writes histories as branches `h0`, `h1`, … of a bare repository; gives the ids of their first-parent commits. */
export function writeHistories(folder: string, histories: readonly (readonly Commit[])[]): string[][] {
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch", "main", folder]);
  const lines: string[] = [];
  const marks: number[][] = [];
  let mark = 0;
  const commit = (branch: string, state: State, parents: readonly number[]): number => {
    mark += 1;
    const who = `Ada <ada@example.com> ${1_700_000_000 + mark} +0000`;
    lines.push(`commit ${branch}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\n${data(`Commit ${mark}`)}`);
    for (const [at, parent] of parents.entries()) lines.push(`${at === 0 ? "from" : "merge"} :${parent}\n`);
    lines.push("deleteall\n");
    for (const [path, text] of Object.entries(filesOf(state)))
      lines.push(`M 100644 inline ${path}\n${data(text)}`);
    return mark;
  };
  for (const [number, commits] of histories.entries()) {
    const own: number[] = [];
    for (const { state, inner } of commits) {
      const before = own.slice(-1);
      let side = before;
      for (const inside of inner) side = [commit(`refs/heads/side${number}`, inside, side)];
      own.push(commit(`refs/heads/h${number}`, state, inner.length === 0 ? before : [...before, ...side]));
    }
    marks.push(own);
  }
  const file = join(folder, "marks");
  execFileSync("git", ["-C", folder, "fast-import", "--quiet", `--export-marks=${file}`], {
    input: lines.join(""),
  });
  const ids = new Map(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.slice(1).split(" ") as [string, string]),
  );
  return marks.map((own) => own.map((one) => ids.get(String(one)) ?? ""));
}

function filesOf(state: State): Record<string, string> {
  const files: Record<string, string> = { "pointsman.yaml": "version: 1\nexternal:\n  - ext/*:*\n" };
  for (const [family, { byTag, broken, entries }] of Object.entries(state)) {
    const text = (shown: readonly (readonly [string, Entry])[]): string =>
      `${broken ? "- [\n" : ""}pointers:\n${shown.map(([key, { target: to, locked }]) => `  ${key}:\n    target: ${to}\n    locked: ${locked}\n`).join("\n")}`;
    const all = Object.entries(entries);
    if (byTag) for (const one of all) files[`pointers/${one[0].replace(":", "/")}.yaml`] = text([one]);
    else if (all.length > 0 || broken) files[`pointers/${family}.yaml`] = text(all);
  }
  return files;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
