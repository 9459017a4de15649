import type { FileChange } from "../model/repo.ts";
import type { SourceFile } from "../model/source-file.ts";
import { configFile } from "../config/config.ts";
import { inRoot, pointersFolder } from "../pointer/pointer-path.ts";
import type { Workspace } from "./open-workspace.ts";
import { readChain } from "./read-chain.ts";
import { type Snapshot, filesReader, readSnapshot } from "./read-snapshot.ts";

export interface Preview {
  readonly snapshot: Snapshot;
  /** Whether it is the working tree that was read, since it differs from HEAD (or there is none). */
  readonly isWorkingTree: boolean;
}

/** What the user sees in front of them: HEAD where the working tree says the same, else the working tree. */
export async function readPreview(workspace: Workspace): Promise<Preview> {
  const head = await workspace.repo.head();
  if (workspace.repo.workTree === null)
    return { snapshot: await readSnapshot(workspace, head), isWorkingTree: false };
  const working = await readSnapshot(workspace, null);
  if (head === null) return { snapshot: working, isWorkingTree: true };
  const paths = [inRoot(configFile, workspace.folder), inRoot(pointersFolder, working.desired.root)];
  const listed = await workspace.repo.compare(null, head, paths).catch(() => []);
  if (await hasIds(working.files, listed)) return committed(working, head);
  return asCommitted(working, head, async (read) => (await Promise.all(paths.map(read))).flat(), workspace);
}

/** Whether files are, byte for byte, those of some ids. False where git would have to be asked for their contents. */
async function hasIds(files: readonly SourceFile[], listed: readonly FileChange[]): Promise<boolean> {
  const ids = new Map(listed.filter(({ path }) => isYaml(path)).map(({ path, after }) => [path, after]));
  const yaml = files.filter(({ path }) => isYaml(path));
  if (yaml.length !== ids.size) return false;
  const { createHash } = await import("node:crypto");
  return yaml.every(({ path, kind, bytes }) => {
    const id = ids.get(path);
    if (kind !== "file" || bytes === null || id == null) return false;
    const hash = createHash(id.length === 64 ? "sha256" : "sha1");
    return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex") === id;
  });
}

/**
 * The same of the files that one name's chain goes through, and no others; of all where these are not
 * enough.
 */
export async function readChainPreview(workspace: Workspace, name: string): Promise<Preview> {
  const { repo } = workspace;
  const head = await repo.head();
  const chain = await readChain(workspace, repo.workTree === null ? head : null, [name]);
  if (chain === null) return readPreview(workspace);
  if (head === null || repo.workTree === null) return { snapshot: chain, isWorkingTree: head === null };
  return asCommitted(
    chain,
    head,
    async (read) => (await Promise.all(chain.files.map(({ path }) => read(path)))).flat(),
    workspace,
  );
}

/** What was read of the working tree, as the commit's own where the commit says the same. */
async function asCommitted(
  working: Snapshot,
  head: string,
  readAll: (read: (path: string) => Promise<SourceFile[]>) => Promise<SourceFile[]>,
  workspace: Workspace,
): Promise<Preview> {
  const read = await readAll(filesReader(workspace, head)).catch(() => null);
  const files = read?.toSorted(byPath) ?? null;
  if (files === null || !isSameFiles(files, working.files)) return { snapshot: working, isWorkingTree: true };
  return committed({ ...working, files }, head);
}

function committed(working: Snapshot, head: string): Preview {
  return { snapshot: { ...working, desired: { ...working.desired, commit: head } }, isWorkingTree: false };
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

function byPath(a: SourceFile, b: SourceFile): number {
  return a.path < b.path ? -1 : 1;
}

/** Whether two sets of YAML files say the same: line ends aside, which a checkout may change. */
export function isSameFiles(a: readonly SourceFile[], b: readonly SourceFile[]): boolean {
  const [yamlA, yamlB] = [a, b].map((files) => files.filter(({ path }) => isYaml(path)));
  if (yamlA === undefined || yamlB === undefined || yamlA.length !== yamlB.length) return false;
  return yamlA.every((file, index) => {
    const other = yamlB[index];
    return (
      other !== undefined &&
      file.path === other.path &&
      file.kind === other.kind &&
      isSameText(file.bytes, other.bytes)
    );
  });
}

function isSameText(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return Buffer.compare(a, b) === 0 || withoutReturns(a) === withoutReturns(b);
}

function withoutReturns(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1").replaceAll("\r\n", "\n");
}
