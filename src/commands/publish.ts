import { readFile } from "node:fs/promises";
import { defaultConfig } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import type { Remote } from "../model/remote.ts";
import type { Repo } from "../model/repo.ts";
import { familyOf, isFamilyName, isPointerName, isVersionPointer, tagOf } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";
import { RemoteError, tooMany } from "../remotes/remote-error.ts";
import { shortId } from "../render/style.ts";
import { believedConfig } from "../workspace/base.ts";
import { readTrouble } from "../workspace/file-trouble.ts";
import { type NamedSource, modelSource } from "../workspace/model-source.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readPreview } from "../workspace/preview.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import { withoutRepository } from "../workspace/without-repository.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote, pauseNote } from "./remote-notes.ts";

export interface PublishOptions extends CommonOptions, NamedSource {
  /** `username/pipeline` */
  readonly name: string;
  readonly image?: string;
  /** Where its containers answer. */
  readonly endpoint?: readonly string[];
  /** A JSON file whose object is sent as the pipeline's extras. */
  readonly extras?: string;
  /** False records nothing of where the model comes from. */
  readonly source?: boolean;
  readonly remote?: string;
}

/** Registers a new pipeline with the registry, which makes its next version pointer. */
export async function publish(options: PublishOptions, deps: Deps): Promise<CommandResult> {
  const { name } = options;
  if (!isFamilyName(name)) {
    if (isPointerName(name)) {
      throw new PointsmanError("usage", `"${printable(name)}" is a pointer's name, not a pipeline's.`, {
        hint: `Leave out :${tagOf(name)}: the registry counts the versions of ${familyOf(name)}.`,
      });
    }
    throw new PointsmanError(
      "usage",
      `"${printable(name)}" is no pipeline's name: it is written username/pipeline, in lower case.`,
    );
  }
  const given = await readExtras(options);
  const { remote, checkout } = await openFrom(options, deps);
  try {
    announceRemote(remote, deps);
    const isNamed = options.sourceCommit !== undefined || options.sourceRepository !== undefined;
    const isAsked = isNamed || (options.source !== false && given["source"] === undefined);
    const source = isAsked ? await modelSource(options, checkout, deps.environment, deps.note) : null;
    if (source !== null) deps.note(`Source: ${source.repository} at ${shortId(source.commit)}`);
    const extras = { ...given, ...(source === null ? {} : { source }) };
    deps.mayHaveWritten(`${name} was published`);
    const { id } = await remote
      .publish({
        name,
        image: options.image ?? name,
        ...(Object.keys(extras).length === 0 ? {} : { extras }),
      })
      .catch((error: unknown) => {
        throw mayBeRegistered(error, options);
      });
    const pointer = await versionOf(id, name, remote, deps);
    return result(options, exitCodes.done, { id, pointer }, () =>
      pointer === null ? `${id}\n` : `${id}  ${deps.style.colors.bold(pointer)}\n`,
    );
  } finally {
    await remote.close();
  }
}

/** The error of an upload whose answer was lost: another one would make another version. */
function mayBeRegistered(error: unknown, { name, remote }: PublishOptions): unknown {
  if (!(error instanceof RemoteError)) return error;
  const { outcome, isUnsent, status, code, message } = error;
  if (outcome !== "unclear" || isUnsent || status === tooMany) return error;
  return new PointsmanError(code, message, {
    hint: `Whether it was registered is not known. Look before you publish it again: ${suggested(`list ${name}`, remote)}, in the pointer repository.`,
    cause: error,
  });
}

/** The version that an upload made. Where it cannot be read, the upload is done all the same. */
async function versionOf(id: string, family: string, remote: Remote, deps: Deps): Promise<string | null> {
  try {
    for (const [pointer, { pipeline }] of await remote.list({ family }))
      if (pipeline === id && isVersionPointer(pointer)) return pointer;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    deps.note(`It is registered; its version could not be read: ${error.message}`);
  }
  return null;
}

/**
 * The remote, and the checkout that the model may come from: a pointer repository says where pointers come
 * from. Where the environment names the remote, no pointer repository is needed: models have their own.
 */
async function openFrom(
  options: PublishOptions,
  deps: Deps,
): Promise<{ remote: Remote; checkout: Repo | null }> {
  const { environment, verbose } = deps;
  const isNamed = options.remote === undefined && environment["POINTSMAN_URL"] !== undefined;
  const orNone = (error: unknown): null => {
    if (isNamed && error instanceof PointsmanError && error.code === "no-repository") return null;
    throw options.remote === undefined ? withoutRepository(error) : error;
  };
  const given = { named: options.remote, onPause: pauseNote(deps) };
  const workspace = await openWorkspace(options.dir, environment, verbose).catch(orNone);
  const preview = workspace === null ? null : await readPreview(workspace).catch(orNone);
  if (workspace === null || preview === null) {
    const remote = await openRemote(workspace, defaultConfig, environment, given);
    return { remote, checkout: workspace?.repo ?? null };
  }
  refuseConfigProblems(preview.snapshot, "nothing was published");
  const config = await believedConfig(workspace, preview.snapshot, environment);
  return { remote: await openRemote(workspace, config, environment, given), checkout: null };
}

async function readExtras({ extras: file, endpoint = [] }: PublishOptions): Promise<Record<string, unknown>> {
  const wrong = endpoint.find((url) => !/^https?:\/\//.test(url) || !URL.canParse(url));
  if (wrong !== undefined) {
    throw new PointsmanError("usage", `--endpoint ${printable(wrong)} is no http or https URL.`);
  }
  const fromOption = endpoint.length === 0 ? {} : { endpoints: endpoint };
  if (file === undefined) return fromOption;
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new PointsmanError("usage", `${printable(file)} cannot be read as JSON: ${readTrouble(error)}.`);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new PointsmanError("usage", `${printable(file)} holds no JSON object.`);
  }
  return { ...data, ...fromOption };
}
