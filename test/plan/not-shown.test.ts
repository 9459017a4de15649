import { expect, test } from "vitest";
import { difference } from "../../src/plan/difference.ts";
import { notShown } from "../../src/plan/not-shown.ts";
import { type Declared, desiredOf } from "./desired-of.ts";

const base: Declared = { "a/b:prod": "one", "a/b:stable": "one" };
const moves = (head: Declared) => difference(desiredOf(base), desiredOf(head));
const locked = { target: "one", locked: true };
const chained = { ...base, "a/b:prod": "a/b:stable" };
const moved = { ...base, "a/b:stable": "two" };
const both = { ...chained, "a/b:stable": "two" };

test.each<[string, Declared, Declared[], string[]]>([
  ["nothing, of what one request moves", moved, [moved], []],
  ["what two requests move only together", both, [chained, moved], ["a/b:prod"]],
  ["all of a merge that no request showed", moved, [], ["a/b:stable"]],
  ["a move that was shown to elsewhere", moved, [{ ...base, "a/b:stable": "three" }], ["a/b:stable"]],
  ["a lock", { ...base, "a/b:prod": locked }, [], ["a/b:prod"]],
  ["a delete", { "a/b:prod": "one" }, [moved], ["a/b:stable"]],
])("a merge does what nobody was shown: %s", (_, merged, shown, expected) => {
  const found = notShown(moves(merged), shown.map(moves));
  expect(found.map(({ pointer }) => pointer)).toEqual(expected);
});

test("a description moves nothing, and is shown to be one where it alone differs", () => {
  const head = desiredOf(base);
  const [declaration] = head.declarations;
  const described = { ...declaration, description: "For the audit." } as NonNullable<typeof declaration>;
  const found = difference(head, { ...head, pointers: new Map([...head.pointers, ["a/b:prod", described]]) });
  expect(found).toMatchObject([{ action: "update", after: { description: "For the audit." } }]);
  expect(notShown(found, [])).toEqual([]);
});
