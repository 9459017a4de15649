import { chooseProxy } from "../config/choose-proxy.ts";
import { chooseRemote } from "../config/choose-remote.ts";
import type { Config } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import type { Environment } from "../model/environment.ts";
import type { TokenRemote } from "../model/remote-tokens.ts";
import { inRoot } from "../pointer/pointer-path.ts";
import type { Source } from "../model/source.ts";
import { join } from "node:path";
import { type Workspace, stateFolder } from "./open-workspace.ts";

/**
 * The remote a command talks to, by the order of `chooseRemote`. Its code is loaded only here.
 * @param workspace null outside of a pointer repository
 * @param onPause is told how long, in milliseconds, the remote asked to be left alone
 * @param source where the writes come from, for a registry that keeps it
 */
export async function openRemote(
  workspace: Workspace | null,
  config: Config,
  environment: Environment,
  options: {
    readonly named: string | undefined;
    readonly onPause: (milliseconds: number) => void;
    readonly source?: () => Promise<Source>;
  },
): Promise<TokenRemote> {
  const choice = chooseRemote(config, environment, {
    named: options.named,
    hasEmbedded: workspace?.stateDir != null,
  });
  if (choice.kind === "embedded") {
    const home = workspace === null ? null : stateDirOf(workspace);
    if (home === null)
      throw new PointsmanError("no-remote", "There is no working tree to hold an embedded registry.");
    if (workspace !== null) await refuseCommitted(workspace);
    const { embeddedRemote } = await import("../remotes/embedded.ts");
    return embeddedRemote(home, { source: options.source });
  }
  const { httpRemote } = await import("../remotes/v4/http-remote.ts");
  return httpRemote({
    ...choice,
    http: { proxy: chooseProxy(choice.url, environment) },
    onPause: options.onPause,
    source: options.source,
  });
}

/**
 * A registry that somebody committed is somebody else's file: a pull request could bring one, and with it a
 * plan that says what it likes.
 */
async function refuseCommitted({ repo, folder }: Workspace): Promise<void> {
  const head = await repo.head();
  if (head === null || (await repo.files(head, inRoot(stateFolder, folder))).length === 0) return;
  throw new PointsmanError(
    "no-remote",
    `${stateFolder}/ is committed here, so the registry in it is not used.`,
    {
      hint: `It is this machine's own: git rm -r --cached ${stateFolder}`,
    },
  );
}

/** Where the embedded registry is, or would be made; null in a bare repository. */
function stateDirOf({ stateDir, repo, folder }: Workspace): string | null {
  return stateDir ?? (repo.workTree === null ? null : join(repo.workTree, folder, stateFolder));
}
