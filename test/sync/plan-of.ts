import type { Change, Plan } from "../../src/model/plan.ts";
import type { PointerValue } from "../../src/model/pointer.ts";
import type { Remote } from "../../src/model/remote.ts";

type Values = Readonly<Record<string, PointerValue | null>>;

/** A plan that takes each pointer of `desired` from where the remote has it now; null means: delete it. */
export async function planOf(remote: Remote, desired: Values, blocked: Plan["blocked"] = []): Promise<Plan> {
  const current = await remote.list();
  const changes = Object.entries(desired).flatMap(([pointer, after]): Change[] => {
    const before = current.get(pointer) ?? null;
    if (before?.pipeline === after?.pipeline && before?.locked === after?.locked) return [];
    const action = before === null ? "create" : after === null ? "delete" : "update";
    return [{ action, pointer, before, after, via: [], cause: { kind: "unknown" } }];
  });
  const count = (action: Change["action"]) => changes.filter((change) => change.action === action).length;
  const unchanged = Object.keys(desired).length - changes.length;
  return {
    version: 1,
    commit: "c0ffee",
    remote: { name: remote.name, url: remote.url },
    changes,
    blocked,
    undeclared: [],
    warnings: [],
    versions: {},
    superseded: [],
    summary: {
      create: count("create"),
      update: count("update"),
      delete: count("delete"),
      unchanged,
      blocked: blocked.length,
    },
  };
}

/** Where the remote has each of the named pointers. */
export async function valuesOf(
  remote: Remote,
  names: readonly string[],
): Promise<Record<string, PointerValue | null>> {
  const current = await remote.list();
  return Object.fromEntries(names.map((name) => [name, current.get(name) ?? null]));
}
