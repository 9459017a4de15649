/**
 * pointsman as a library: the parts that the command line is made of. Names, files and rules are pure
 * functions on text; a plan is data; a remote is whatever implements `Remote`.
 */
export { PointsmanError, ProblemsError, errorCodes, type ErrorCode } from "./errors.ts";
export type { DeclaredValue, Difference } from "./model/difference.ts";
export type { Action, Blocked, Cause, Change, Plan, PlanBasis } from "./model/plan.ts";
export type { Declaration, Desired, PointerValue, Position } from "./model/pointer.ts";
export type { PointerEdit } from "./model/pointer-edit.ts";
export type { Problem } from "./model/problem.ts";
export type {
  CallOptions,
  NewPipeline,
  Remote,
  RemoteEvent,
  RemotePointer,
  WriteOptions,
} from "./model/remote.ts";
export type { Repo } from "./model/repo.ts";
export type { SyncReport, SyncResult } from "./model/report.ts";
export type { ModelSource, Source } from "./model/source.ts";
export type { SourceFile } from "./model/source-file.ts";
export { familyOf, isPointerName, isReserved, isVersionPointer, tagOf } from "./pointer/name.ts";
export { removePointer, setPointer } from "./pointer/edit-pointer-file.ts";
export { formatPointerFile } from "./pointer/format-pointer-file.ts";
export { parsePointerFile, type ParsedPointerFile } from "./pointer/parse-pointer-file.ts";
export { readDesired, type ReadDesired } from "./pointer/read-desired.ts";
export { targetKind, type TargetKind } from "./pointer/target.ts";
export { type Config, type RemoteConfig } from "./config/config.ts";
export { parseConfig, type ParsedConfig } from "./config/parse-config.ts";
export { checkDesired } from "./rules/check.ts";
export { difference } from "./plan/difference.ts";
export { plan, type PlanInput } from "./plan/plan.ts";
export { resolveChain, type Chain, type ChainEnd } from "./plan/resolve-chain.ts";
export { embeddedRemote } from "./remotes/embedded.ts";
export { RemoteError, type Outcome } from "./remotes/remote-error.ts";
export { survey } from "./remotes/survey.ts";
export { httpRemote } from "./remotes/v4/http-remote.ts";
export { sync, type SyncOptions } from "./sync/sync.ts";
export type { SyncEvent } from "./sync/events.ts";
export { openWorkspace, type Workspace } from "./workspace/open-workspace.ts";
export { problemsOf, readSnapshot, type Snapshot } from "./workspace/read-snapshot.ts";
