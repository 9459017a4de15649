import { PointsmanError } from "../errors.ts";
import type { Remote } from "../model/remote.ts";
import { familyOf, isPointerName, isVersionPointer } from "../pointer/name.ts";
import { nearestPointer } from "../pointer/nearest-pointer.ts";
import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";
import { meantPointer } from "../plan/meant-pointer.ts";
import { type Chain, resolveChain } from "../plan/resolve-chain.ts";
import { writtenBy } from "../plan/versions.ts";
import { believedConfig } from "../workspace/base.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { type Workspace, openWorkspace } from "../workspace/open-workspace.ts";
import { readChainPreview } from "../workspace/preview.ts";
import { readChain } from "../workspace/read-chain.ts";
import { type Snapshot, readSnapshot } from "../workspace/read-snapshot.ts";
import { commitAt } from "../workspace/at.ts";
import { shortId } from "../render/style.ts";
import type { Desired, PointerValue } from "../model/pointer.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import { noPointerName, undeclaredAt } from "../workspace/unknown-pointer.ts";
import { announceRemote, noteDeclaredAt, pauseNote } from "./remote-notes.ts";
import { resolveServed } from "./resolve-served.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";

export interface ResolveOptions extends CommonOptions {
  readonly name: string;
  readonly remote?: string;
  /** A ref or a date: the chain as it was declared then. With a remote, a date: what that one served then. */
  readonly at?: string;
}

/**
 * The chain of a name, step by step, to the pipeline id. Declared steps come from the files; a version,
 * an external or an undeclared name is looked up on the remote.
 */
export async function resolve(options: ResolveOptions, deps: Deps): Promise<CommandResult> {
  const { name, at, remote } = options;
  if (at !== undefined && remote !== undefined) return resolveServed({ ...options, at, remote }, deps);
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const { snapshot } = await readChainPreview(workspace, name);
  refuseConfigProblems(snapshot, "nothing was resolved");
  const desired =
    options.at === undefined
      ? snapshot.desired
      : await desiredAt(options.at, name, workspace, snapshot, deps);
  const declared = resolveChain(name, desired);
  const chain = [name, ...declared.via];
  const last = chain.at(-1) ?? name;
  const asked = askedOnce(async () => {
    const config = await believedConfig(workspace, snapshot, deps.environment);
    const opened = await openRemote(workspace, config, deps.environment, {
      named: remote,
      onPause: pauseNote(deps),
    });
    announceRemote(opened, deps);
    return opened;
  });
  const isAsked = options.at === undefined || declared.end?.kind !== "external";
  let pipeline: string | null = null;
  try {
    if (isAsked) pipeline = await pipelineOf(last, declared, desired, asked, remote);
    if (at === undefined && (remote !== undefined || asked.isListed()) && desired.pointers.has(name))
      await noteServed(name, pipeline, asked, remote, deps);
  } finally {
    await asked.close();
  }
  const { bold, dim } = deps.style.colors;
  return result(options, exitCodes.done, { pointer: name, chain, pipeline }, () => {
    const steps = chain.map(
      (step, depth) => `${"  ".repeat(depth)}${depth === 0 ? "" : "→ "}${printable(step)}`,
    );
    const end =
      pipeline === null ? dim("(its id is the remote's to say: name one)") : bold(printable(pipeline));
    return [...steps, `${"  ".repeat(chain.length)}→ ${end}`, ""].join("\n");
  });
}

/**
 * A version leads to the same id for ever, so the remote of today is asked for it; everything else moves.
 * @throws PointsmanError `pointer-unknown` where the name was not declared then
 */
async function desiredAt(
  at: string,
  name: string,
  workspace: Workspace,
  { config, desired: today }: Snapshot,
  deps: Deps,
): Promise<Desired> {
  const commit = await commitAt(workspace, at, config, deps.environment);
  const { desired } = (await readChain(workspace, commit, [name])) ?? (await readSnapshot(workspace, commit));
  if (!desired.pointers.has(name) && !isVersionPointer(name)) {
    if (!isPointerName(name)) throw noPointerName(name);
    const hint = hintOfUndeclared(name, desired, today);
    throw undeclaredAt(name, desired, `commit ${shortId(commit)}`, { hint });
  }
  noteDeclaredAt(commit, deps);
  return desired;
}

function hintOfUndeclared(name: string, { pointers, isExternal }: Desired, today: Desired): string {
  if (isExternal(name))
    return "It is other people's (\"external\" in pointsman.yaml): where it led then is the registry's to say.";
  const near = today.pointers.has(name) ? undefined : nearestPointer(name, pointers.keys());
  return near === undefined
    ? `\`pointsman history ${printable(name)}\` shows when it was.`
    : `Did you mean ${near}?`;
}

type Asked = ReturnType<typeof askedOnce>;

/** A remote that is opened with the first question, and asked once for each family. */
function askedOnce(open: () => Promise<Remote>) {
  let opened: Promise<Remote> | undefined;
  const remote = (): Promise<Remote> => (opened ??= open());
  const listings = new Map<string, ReturnType<Remote["list"]>>();
  return {
    remote,
    /** All rows of a pointer's family. */
    async rows(pointer: string): Promise<ReadonlyMap<string, PointerValue>> {
      const family = familyOf(pointer);
      const listing = listings.get(family) ?? (await remote()).list({ family });
      listings.set(family, listing);
      return listing;
    },
    isListed: () => listings.size > 0,
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

/** What is declared may not be synced yet: where a remote is named, or was asked anyway, what it has is told. */
async function noteServed(
  name: string,
  pipeline: string | null,
  asked: Asked,
  named: string | undefined,
  deps: Deps,
): Promise<void> {
  const rows = await asked.rows(name);
  const there = rows.get(name);
  if (there?.pipeline === pipeline) return;
  const has =
    there === undefined
      ? `has no ${printable(name)}`
      : `has ${printable(name)} at ${printable(writtenBy(rows)(name, there)?.target ?? there.pipeline)}`;
  const remote = await asked.remote();
  deps.note(`${remote.name} ${has}: what follows is declared here. ${suggested("plan", named)} says why.`);
}

async function pipelineOf(
  last: string,
  { end }: Chain,
  desired: Desired,
  asked: Asked,
  named: string | undefined,
): Promise<string | null> {
  const isDeclared = desired.pointers.has(last);
  if (end?.kind === "id" && isDeclared) return end.target;
  if (end === null && isDeclared) {
    throw new PointsmanError("target-invalid", `${printable(last)} leads to no pipeline.`, {
      hint: "`pointsman validate` says why.",
    });
  }
  let remote: Remote;
  try {
    remote = await asked.remote();
  } catch (error) {
    if (!(error instanceof PointsmanError) || error.code !== "no-remote" || named !== undefined) throw error;
    if (!isPointerName(last)) throw noPointerName(last);
    // Without a remote the declared part of a chain is still an answer.
    if (end !== null) return null;
    throw error;
  }
  if (end?.kind === "id") return knownId(last, remote, named);
  const rows = await asked.rows(last);
  const found = rows.get(last);
  if (found !== undefined) return found.pipeline;
  // A remote's names may have any grammar: only of what it has not is it said that it is no name.
  if (!isPointerName(last)) {
    const family = printable(familyOf(last));
    const hint = rows.size === 0 ? undefined : `${suggested(`list ${family}`, named)} shows its pointers.`;
    throw noPointerName(last, hint);
  }
  throw new PointsmanError(
    "pointer-unknown",
    `${printable(last)} is not declared, and ${remote.name} has no such pointer.`,
    {
      hint:
        meantPointer(last, [...desired.pointers.keys(), ...rows.keys()]) ??
        `${suggested("list", named)} shows those that are there.`,
    },
  );
}

/** A pipeline that was published has its version, so that a pointer leads to every id that there is. */
async function knownId(id: string, remote: Remote, named: string | undefined): Promise<string> {
  for (const { pipeline } of (await remote.list()).values()) if (pipeline === id) return id;
  throw new PointsmanError(
    "pointer-unknown",
    `"${printable(id)}" is no pointer's name, as in "username/pipeline:tag", and no pointer of ${remote.name} leads to a pipeline of that id.`,
    { hint: `${suggested("list", named)} shows the pointers that are there.` },
  );
}
