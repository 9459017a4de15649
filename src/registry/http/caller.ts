import type { WireScope, WireToken } from "../../wire/token.ts";
import { Refusal } from "../refusal.ts";

/** Whoever makes a request, by its token. */
export interface Caller {
  /** The token's id, for the audit. */
  readonly token: string;
  /** Its name, for people. */
  readonly name: string;
  /** With those that its own scopes include. */
  readonly scopes: ReadonlySet<WireScope>;
  /** Whose pointers and pipelines it reaches; null for everybody's. */
  readonly usernames: ReadonlySet<string> | null;
}

const all: ReadonlySet<WireScope> = new Set(["read", "write", "run", "admin"]);

/** Whoever has the token that the registry was started with. */
export const administrator: Caller = { token: "admin", name: "admin", scopes: all, usernames: null };
/** Whoever may read the folder of an embedded registry. */
export const local: Caller = { token: "local", name: "local", scopes: all, usernames: null };

/** Whoever has a token of the store. */
export function callerOf({ id, name, scopes, usernames }: WireToken): Caller {
  return {
    token: id,
    name,
    scopes: scopes.includes("admin") ? all : new Set<WireScope>(["read", ...scopes]),
    usernames: usernames.includes("*") ? null : new Set(usernames),
  };
}

/**
 * @param of the name of a pointer or a pipeline
 * @throws Refusal 403 where the caller may not do that with it
 */
export function demand(caller: Caller, scope: WireScope, of: string): void {
  const refusal = lacksScope(caller, scope);
  if (refusal !== undefined) throw refusal;
  if (!reaches(caller, of)) {
    throw new Refusal(403, `the token ${caller.name} is not for ${of}: it is for ${namesOf(caller)}`);
  }
}

/** The refusal of a caller without a scope; undefined where it has it. */
export function lacksScope(caller: Caller, scope: WireScope): Refusal | undefined {
  if (caller.scopes.has(scope)) return undefined;
  const may = [...caller.scopes].join(", ");
  return new Refusal(403, `the token ${caller.name} has not the scope ${scope}: it has ${may}`);
}

/** @throws Refusal 403 where the caller is not for everybody's pointers */
export function demandEverybody(caller: Caller): void {
  if (caller.usernames === null) return;
  throw new Refusal(
    403,
    `the token ${caller.name} is for ${namesOf(caller)} only: this takes one for everybody`,
  );
}

/** What a listing is narrowed to: nothing where the caller may see all. */
export function usernamesOf({ usernames }: Caller): readonly string[] | undefined {
  return usernames === null ? undefined : [...usernames];
}

/** Whether the caller is for the username of a pointer or a pipeline. */
export function reaches({ usernames }: Caller, name: string): boolean {
  return usernames === null || usernames.has(name.slice(0, Math.max(0, name.indexOf("/"))));
}

function namesOf({ usernames }: Caller): string {
  return [...(usernames ?? [])].join(", ");
}
