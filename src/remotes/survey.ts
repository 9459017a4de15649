import type { Desired } from "../model/pointer.ts";
import type { PointerValue } from "../model/pointer.ts";
import type { Remote } from "../model/remote.ts";
import { familyOf } from "../pointer/name.ts";

/**
 * What a remote has now: its complete listing, and the listings of the families of which it leaves out
 * a name (a token may see some only by their name, so an unfiltered listing proves no absence).
 */
export async function survey(remote: Remote, desired: Desired): Promise<Map<string, PointerValue>> {
  const current = new Map<string, PointerValue>();
  const add = (rows: Awaited<ReturnType<Remote["list"]>>): void => {
    for (const { pointer, pipeline, locked } of rows) current.set(pointer, { pipeline, locked });
  };
  add(await remote.list());
  const wanted = [...desired.pointers.values()].flatMap(({ pointer, target }) =>
    target.includes(":") ? [pointer, target] : [pointer],
  );
  const missing = [...new Set(wanted.filter((name) => !current.has(name)).map(familyOf))];
  const width = 16;
  for (let at = 0; at < missing.length; at += width) {
    const lists = await Promise.all(missing.slice(at, at + width).map((family) => remote.list({ family })));
    for (const rows of lists) add(rows);
  }
  return current;
}
