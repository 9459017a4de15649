import { addRemote } from "../config/add-remote.ts";
import { chooseProxy } from "../config/choose-proxy.ts";
import type { Environment } from "../model/environment.ts";
import { type Config, configFile } from "../config/config.ts";
import { type OfficialRemote, readOfficialConfig } from "../config/official-config.ts";
import { PointsmanError } from "../errors.ts";
import type { Remote } from "../model/remote.ts";
import { inRoot } from "../pointer/pointer-path.ts";
import { type FileEdit, readText } from "./edit-declaration.ts";
import { openRemote } from "./open-remote.ts";
import type { Workspace } from "./open-workspace.ts";

export interface ImportRemote {
  readonly remote: Remote;
  /** The official command line's remote, and pointsman.yaml with it, where nothing else names one. */
  readonly official: { readonly remote: OfficialRemote; readonly edit: FileEdit } | null;
}

/**
 * The remote to import from: the one that any command talks to; where none is named, the official command
 * line's, whose token then goes to its own URL, in this run only.
 * @throws PointsmanError `no-repository` where there is no pointsman.yaml; those of `openRemote`
 */
export async function openImportRemote(
  workspace: Workspace,
  config: Config,
  environment: Environment,
  options: {
    readonly named: string | undefined;
    readonly onPause: (milliseconds: number) => void;
    readonly note: (text: string) => void;
  },
): Promise<ImportRemote> {
  const path = inRoot(configFile, workspace.folder);
  const text = await readText(workspace, path);
  if (text === null) {
    throw new PointsmanError("no-repository", `There is no ${configFile} here.`, {
      hint: "Start the pointer repository first: pointsman init",
    });
  }
  const isNamed =
    options.named !== undefined ||
    environment["POINTSMAN_URL"] !== undefined ||
    config.defaultRemote !== undefined ||
    config.remotes.size > 0;
  const found = isNamed ? null : await readOfficialConfig(environment);
  for (const note of found?.notes ?? []) options.note(note);
  if (found?.remote == null)
    return { remote: await openRemote(workspace, config, environment, options), official: null };

  const { name, url, token } = found.remote;
  const edit = { path, before: text, text: addRemote(path, text, name, url) };
  const { httpRemote } = await import("../remotes/v4/http-remote.ts");
  const { onPause } = options;
  const http = { proxy: chooseProxy(url, environment) };
  const remote = httpRemote({ name, url, onPause, http, ...(token === undefined ? {} : { token }) });
  return { remote, official: { remote: found.remote, edit } };
}
