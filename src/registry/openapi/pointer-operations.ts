import { type Operation, type Paths } from "./operation.ts";

const unknown = "no pointer has that name";
const changed = "the pointer is not what If-Match or If-None-Match says";
const locked = "the token may not, or the pointer is locked or a version pointer";

const list: Operation = {
  summary: "List pointers",
  description: "By name; only those that the token may read. Total and rows are of one state.",
  scope: "read",
  query: ["skip", "limit", "pipeline_name", "show_deleted"],
  answer: { status: 200, says: "a page", schema: { pageOf: "Pointer" }, headers: ["x-pointsman"] },
};

const create: Operation = {
  summary: "Create a pointer",
  scope: "write",
  headers: ["If-None-Match", "x-pointsman-source"],
  body: "PointerCreate",
  answer: { status: 201, says: "the pointer", schema: "Pointer", headers: ["ETag", "x-pointsman"] },
  refusals: {
    403: "the token may not write that name, or read that target",
    404: "no pipeline or pointer is named as the target",
    409: "the pointer exists",
    412: "the pointer exists, and If-None-Match: * was sent",
  },
};

const get: Operation = {
  summary: "Get one pointer",
  description: "What the name stands for now.",
  scope: "read",
  query: ["show_deleted"],
  headers: ["If-None-Match"],
  answer: { status: 200, says: "the pointer", schema: "Pointer", headers: ["ETag", "x-pointsman"] },
  refusals: { 304: "it is still what If-None-Match says", 404: unknown },
};

const patch: Operation = {
  summary: "Move, lock or unlock a pointer",
  description:
    "If-Match with the ETag of the value it was planned against makes it a compare-and-set: what was changed " +
    "since is not overwritten.",
  scope: "write",
  headers: ["If-Match", "If-None-Match", "x-pointsman-source"],
  body: "PointerPatch",
  answer: { status: 200, says: "the pointer", schema: "Pointer", headers: ["ETag", "x-pointsman"] },
  refusals: { 403: locked, 404: `${unknown}, or the target is not there`, 412: changed },
};

const remove: Operation = {
  summary: "Delete a pointer",
  scope: "write",
  headers: ["If-Match", "If-None-Match", "x-pointsman-source"],
  answer: { status: 204, says: "it is gone", headers: ["x-pointsman"] },
  refusals: { 403: locked, 404: unknown, 412: changed },
};

const history: Operation = {
  summary: "What a pointer was, when and by whom (extension)",
  description: "Newest first, also of a pointer that is gone. The audit is only ever added to.",
  scope: "read",
  query: ["skip", "limit", "at"],
  answer: { status: 200, says: "a page", schema: { pageOf: "PointerEvent" }, headers: ["x-pointsman"] },
  refusals: { 404: "no pointer can have that name" },
};

const described = [
  ["/v4", ""],
  ["/v3", " (older path, the same)"],
] as const;

/** The calls on pointers. Their names stand raw in the path, slash and colon too; escaped ones are understood. */
export const pointerOperations: Paths = Object.fromEntries(
  described.flatMap(([version, remark]) => {
    const of = (operation: Operation): Operation => ({ ...operation, summary: operation.summary + remark });
    const path = `${version}/pointers`;
    return [
      [path, { get: of(list), post: of(create) }],
      [`${path}/{pointer}`, { get: of(get), patch: of(patch), delete: of(remove) }],
      [`${path}/{pointer}/history`, { get: of(history) }],
    ];
  }),
);
