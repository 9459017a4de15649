import { readFile } from "node:fs/promises";
import { PointsmanError } from "../errors.ts";
import { isFamilyName, isVersionPointer } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { believedConfig } from "../workspace/base.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readPreview } from "../workspace/preview.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote } from "./remote-notes.ts";

export interface PublishOptions extends CommonOptions {
  /** `username/pipeline` */
  readonly name: string;
  readonly image?: string;
  readonly endpoint?: string;
  /** A JSON file whose object is sent as the pipeline's extras. */
  readonly extras?: string;
  readonly remote?: string;
}

/** Registers a new pipeline with the registry, which makes its next version pointer. */
export async function publish(options: PublishOptions, deps: Deps): Promise<CommandResult> {
  const { name } = options;
  if (!isFamilyName(name)) {
    throw new PointsmanError(
      "usage",
      `"${printable(name)}" is no pipeline's name: it is written username/pipeline, in lower case.`,
    );
  }
  const extras = await readExtras(options);
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const { snapshot } = await readPreview(workspace);
  refuseConfigProblems(snapshot, "nothing was published");
  const config = await believedConfig(workspace, snapshot, deps.environment);
  const remote = await openRemote(workspace, config, deps.environment, { named: options.remote });
  try {
    announceRemote(remote, deps);
    const { id } = await remote.publish({
      name,
      image: options.image ?? name,
      ...(extras === null ? {} : { extras }),
    });
    const versions = await remote.list({ family: name });
    const pointer =
      versions.find((row) => row.pipeline === id && isVersionPointer(row.pointer))?.pointer ?? null;
    return result(options, exitCodes.done, { id, pointer }, () =>
      pointer === null ? `${id}\n` : `${id}  ${deps.style.colors.bold(pointer)}\n`,
    );
  } finally {
    await remote.close();
  }
}

async function readExtras({
  extras: file,
  endpoint,
}: PublishOptions): Promise<Record<string, unknown> | null> {
  if (endpoint !== undefined && !/^https?:\/\//.test(endpoint)) {
    throw new PointsmanError("usage", `--endpoint ${printable(endpoint)} is no http or https URL.`);
  }
  const fromOption = endpoint === undefined ? {} : { endpoint };
  if (file === undefined) return endpoint === undefined ? null : fromOption;
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new PointsmanError(
      "usage",
      `${printable(file)} cannot be read as JSON: ${printable((error as Error).message)}.`,
    );
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new PointsmanError("usage", `${printable(file)} holds no JSON object.`);
  }
  return { ...data, ...fromOption };
}
