import type { Desired, PointerValue } from "../model/pointer.ts";
import type { Remote } from "../model/remote.ts";
import { familyOf } from "../pointer/name.ts";
import { timed } from "../profile.ts";

/**
 * What a remote has now: its complete listing, and the listings of the families of which it leaves out
 * a name (a token may see some only by their name, so an unfiltered listing proves no absence).
 */
export function survey(remote: Remote, desired: Desired): Promise<Map<string, PointerValue>> {
  return timed("fetch", () => everything(remote, desired));
}

async function everything(remote: Remote, desired: Desired): Promise<Map<string, PointerValue>> {
  const current = await remote.list();
  const missing = new Set<string>();
  for (const { pointer, target } of desired.pointers.values()) {
    if (!current.has(pointer)) missing.add(familyOf(pointer));
    if (target.indexOf(":") !== -1 && !current.has(target)) missing.add(familyOf(target));
  }
  for (const [pointer, value] of await listFamilies(remote, missing)) current.set(pointer, value);
  return current;
}

/** What a remote has now of some families, each completely. */
export function surveyFamilies(
  remote: Remote,
  families: Iterable<string>,
): Promise<Map<string, PointerValue>> {
  return timed("fetch", () => listFamilies(remote, families));
}

async function listFamilies(remote: Remote, families: Iterable<string>): Promise<Map<string, PointerValue>> {
  const current = new Map<string, PointerValue>();
  const todo = [...new Set(families)];
  const width = 16;
  for (let at = 0; at < todo.length; at += width) {
    const lists = await Promise.all(todo.slice(at, at + width).map((family) => remote.list({ family })));
    for (const list of lists) for (const [pointer, value] of list) current.set(pointer, value);
  }
  return current;
}
