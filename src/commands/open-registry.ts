import { defaultConfig } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import type { TokenRemote } from "../model/remote-tokens.ts";
import { waitFor } from "../waiting.ts";
import { believedConfig } from "../workspace/base.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readPreview } from "../workspace/preview.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import type { Deps } from "./command.ts";
import { type DataOptions, registryData } from "./registry-data.ts";
import { announceRemote, pauseNote } from "./remote-notes.ts";

export interface RegistryOptions extends DataOptions {
  readonly remote?: string;
}

/**
 * The registry that a command of its administrator is about: its data itself where that is named, without
 * a token; else the remote, of a pointer repository or of the environment.
 * @param create whether data that is not there is made
 */
export async function openRegistry(
  options: RegistryOptions,
  deps: Deps,
  create: boolean,
): Promise<TokenRemote> {
  if (options.data !== undefined || options.database !== undefined) {
    const { location, shown } = await registryData(options, deps);
    const { embeddedRemote } = await import("../remotes/embedded.ts");
    const registry = await embeddedRemote(location, { create }).finally(waitFor(shown));
    deps.note(`Registry: the data in ${shown}`);
    return registry;
  }
  const remote = await openNamed(options, deps);
  announceRemote(remote, deps);
  return remote;
}

async function openNamed({ dir, remote }: RegistryOptions, deps: Deps): Promise<TokenRemote> {
  const { environment, verbose } = deps;
  const orNone = (error: unknown): null => {
    if (error instanceof PointsmanError && error.code === "no-repository") return null;
    throw error;
  };
  const workspace = await openWorkspace(dir, environment, verbose).catch(orNone);
  const preview = workspace === null ? null : await readPreview(workspace).catch(orNone);
  // Without the remote that it names, another registry would be taken for it.
  if (preview !== null) refuseConfigProblems(preview.snapshot, "no registry was asked");
  const config =
    workspace === null || preview === null
      ? defaultConfig
      : await believedConfig(workspace, preview.snapshot, environment);
  return openRemote(workspace, config, environment, { named: remote, onPause: pauseNote(deps) });
}
