import { defaultConfig } from "../config/config.ts";
import { chooseProxy } from "../config/choose-proxy.ts";
import { chooseRemote } from "../config/choose-remote.ts";
import { PointsmanError } from "../errors.ts";
import type { Environment } from "../model/environment.ts";
import type { Runner } from "../model/runner.ts";
import { believedConfig } from "./base.ts";
import { openWorkspace } from "./open-workspace.ts";
import { readPreview } from "./preview.ts";
import { refuseConfigProblems } from "./refuse-problems.ts";
import { withoutRepository } from "./without-repository.ts";

/**
 * What sends runs to the remote, by the order of `chooseRemote`. Callers have no pointer repository: where
 * the environment names the remote none is needed.
 */
export async function openRunner(
  dir: string,
  environment: Environment,
  options: { readonly named: string | undefined; readonly verbose: (text: string) => void },
): Promise<Runner> {
  const { named } = options;
  const isNamed = named === undefined && environment["POINTSMAN_URL"] !== undefined;
  const explain = (error: unknown): never => {
    throw named === undefined ? withoutRepository(error) : error;
  };
  const workspace = isNamed ? null : await openWorkspace(dir, environment, options.verbose).catch(explain);
  let config = defaultConfig;
  if (workspace !== null) {
    const { snapshot } = await readPreview(workspace).catch(explain);
    refuseConfigProblems(snapshot, "nothing was run");
    config = await believedConfig(workspace, snapshot, environment);
  }
  const stateDir = workspace?.stateDir ?? null;
  const choice = chooseRemote(config, environment, { named, hasEmbedded: stateDir !== null });
  if (choice.kind === "v4") {
    const { httpRunner } = await import("../remotes/v4/http-runner.ts");
    return httpRunner({ ...choice, proxy: chooseProxy(choice.url, environment) });
  }
  if (stateDir === null) throw new PointsmanError("no-remote", "There is no embedded registry here.");
  const { embeddedRunner } = await import("../remotes/embedded-runner.ts");
  return embeddedRunner(stateDir);
}
