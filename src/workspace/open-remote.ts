import { type Environment, chooseRemote } from "../config/choose-remote.ts";
import type { Config } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import type { Remote } from "../model/remote.ts";
import { join } from "node:path";
import { type Workspace, stateFolder } from "./open-workspace.ts";

/**
 * The remote a command talks to, by the order of `chooseRemote`. Its code is loaded only here.
 * @param onPause is told how long, in milliseconds, the remote asked to be left alone
 */
export async function openRemote(
  { stateDir, repo, folder }: Workspace,
  config: Config,
  environment: Environment,
  options: { readonly named: string | undefined; readonly onPause?: (milliseconds: number) => void },
): Promise<Remote> {
  const choice = chooseRemote(config, environment, { named: options.named, hasEmbedded: stateDir !== null });
  if (choice.kind === "embedded") {
    const home = stateDir ?? (repo.workTree === null ? null : join(repo.workTree, folder, stateFolder));
    if (home === null) throw new PointsmanError("no-remote", "A bare repository has no embedded registry.");
    const { embeddedRemote } = await import("../remotes/embedded.ts");
    return embeddedRemote(home);
  }
  const { httpRemote } = await import("../remotes/v4/http-remote.ts");
  const { name, url, token } = choice;
  return httpRemote({
    name,
    url,
    ...(token === undefined ? {} : { token }),
    ...(options.onPause === undefined ? {} : { onPause: options.onPause }),
  });
}
