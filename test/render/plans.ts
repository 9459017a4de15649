import type { Cause, Change, Plan } from "../../src/model/plan.ts";
import type { PointerValue } from "../../src/model/pointer.ts";

/** A change between two ids; `!` behind an id says locked. */
export function change(
  pointer: string,
  before: string | null,
  after: string | null,
  more: { via?: string[]; cause?: Cause } = {},
): Change {
  const value = (text: string | null): PointerValue | null =>
    text === null ? null : { pipeline: text.replace("!", ""), locked: text.endsWith("!") };
  const action = before === null ? "create" : after === null ? "delete" : "update";
  const cause = more.cause ?? { kind: "new" };
  return { action, pointer, before: value(before), after: value(after), via: more.via ?? [], cause };
}

/** A plan with its counts. */
export function planOf(parts: Partial<Plan>): Plan {
  const { changes = [], blocked = [] } = parts;
  const count = (action: Change["action"]): number => changes.filter((one) => one.action === action).length;
  return {
    version: 1,
    commit: "0123456789abcdef0123456789abcdef01234567",
    remote: { name: "production", url: "https://registry.example.com" },
    changes,
    blocked,
    superseded: [],
    undeclared: [],
    warnings: [],
    versions: {},
    summary: {
      create: count("create"),
      update: count("update"),
      delete: count("delete"),
      unchanged: 7,
      blocked: blocked.length,
    },
    ...parts,
  };
}

/** A commit moved on. */
export const moved: Cause = {
  kind: "behind",
  commit: "89abcdef0123456789abcdef0123456789abcdef",
  author: "Ada Lovelace",
  date: "2026-11-20T10:00:00Z",
  subject: "Promote v3",
};
