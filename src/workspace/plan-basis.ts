import { createHash } from "node:crypto";
import { configFile } from "../config/config.ts";
import type { PlanBasis } from "../model/plan.ts";
import type { SourceFile } from "../model/source-file.ts";
import { inRoot } from "../pointer/pointer-path.ts";
import type { PlanOptions } from "./make-plan.ts";
import type { Workspace } from "./open-workspace.ts";
import type { Snapshot } from "./read-snapshot.ts";

/** What a plan is made from, besides the remote's own pointers. Commits with the same files have the same. */
export function basisOf(
  { folder }: Workspace,
  { files }: Snapshot,
  { only, prune = false, onDrift }: Pick<PlanOptions, "only" | "prune" | "onDrift">,
): PlanBasis {
  const configPath = inRoot(configFile, folder);
  const yaml = files.filter(({ path }) => /\.ya?ml$/i.test(path));
  return {
    pointers: digestOf(yaml.filter(({ path }) => path !== configPath)),
    config: digestOf(yaml.filter(({ path }) => path === configPath)),
    only: only === undefined ? null : [...only].sort(),
    prune,
    onDrift: onDrift ?? null,
  };
}

function digestOf(files: readonly SourceFile[]): string {
  const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
  const all = files.map(({ path, kind, bytes }) => [path, kind, bytes === null ? null : sha256(bytes)]);
  return `sha256:${sha256(JSON.stringify(all))}`;
}
