import type { Change, Plan } from "../model/plan.ts";
import type { Remote } from "../model/remote.ts";
import type { ModelSource } from "../model/source.ts";
import { familyOf } from "../pointer/name.ts";
import { RemoteError } from "../remotes/remote-error.ts";

/** Families that are asked about at most: each is a listing, and no reviewer follows more links. */
const mostFamilies = 20;
/** Milliseconds that reviewers wait for links at most. */
const longestWait = 10_000;

/**
 * A plan with where the models of its updates come from, as far as `publish` recorded that: a reviewer can see
 * what changed between them. What cannot be read is left out, for a plan is right without it.
 */
export async function withSources(
  plan: Plan,
  remote: Remote,
  verbose: (text: string) => void,
): Promise<Plan> {
  const ids = new Set(plan.changes.flatMap((change) => idsOf(change)));
  const families = new Set([...ids].flatMap((id) => familyOfId(id, plan)));
  const signal = AbortSignal.timeout(longestWait);
  const asked = [...families]
    .slice(0, mostFamilies)
    .map(async (family) => remote.sources(family, { signal }));
  const found = await Promise.allSettled(asked);
  const sources: (readonly [string, ModelSource])[] = [];
  for (const one of found) {
    if (one.status === "fulfilled") {
      sources.push(...[...one.value].filter(([id]) => ids.has(id)));
    } else if (one.reason instanceof RemoteError) verbose(`Sources are not known: ${one.reason.message}`);
    else throw one.reason;
  }
  return sources.length === 0 ? plan : { ...plan, sources: Object.fromEntries(sources) };
}

/** Both ids of a pointer that moves from one to the other. */
function idsOf({ before, after }: Change): readonly string[] {
  return before === null || after === null || before.pipeline === after.pipeline
    ? []
    : [before.pipeline, after.pipeline];
}

/** Of an id that no version names, nobody says. */
function familyOfId(id: string, { versions }: Plan): readonly string[] {
  const version = Object.hasOwn(versions, id) ? versions[id] : undefined;
  return version === undefined ? [] : [familyOf(version)];
}
