import type { SourceFile } from "../model/source-file.ts";
import type { Workspace } from "./open-workspace.ts";
import { type Snapshot, readSnapshot } from "./read-snapshot.ts";

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
  const committed = await readSnapshot(workspace, head).catch(() => null);
  if (committed === null || !isSameFiles(committed.files, working.files))
    return { snapshot: working, isWorkingTree: true };
  return { snapshot: committed, isWorkingTree: false };
}

/** Whether two sets of YAML files say the same: line ends aside, which a checkout may change. */
export function isSameFiles(a: readonly SourceFile[], b: readonly SourceFile[]): boolean {
  const [yamlA, yamlB] = [a, b].map((files) => files.filter(({ path }) => /\.ya?ml$/i.test(path)));
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
  const [bufferA, bufferB] = [Buffer.from(a), Buffer.from(b)];
  return bufferA.equals(bufferB) || withoutReturns(bufferA) === withoutReturns(bufferB);
}

function withoutReturns(bytes: Buffer): string {
  return bytes.toString("latin1").replaceAll("\r\n", "\n");
}
