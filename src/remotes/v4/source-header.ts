import type { Source } from "../../model/source.ts";
import type { WireSource } from "../../wire/source.ts";
import { isRecord } from "../../wire/wire-error.ts";

/** Characters of one part at most, escapes and all: a proxy takes some 8 KiB in a header. */
const longest = 1024;

/** A source as the value of its header: JSON of plain ASCII. What would not fit is left out. */
export function sourceText(source: Source): string {
  const { repository, commit, ref, actor, runUrl, pullRequest } = source;
  const wire: { readonly [Part in keyof WireSource]: string | undefined } = {
    repository,
    commit,
    ref,
    actor,
    run_url: runUrl,
    pull_request: pullRequest,
  };
  const parts = Object.entries(wire).flatMap(([name, value]) => {
    const part = value === undefined ? "" : `"${name}":${ascii(JSON.stringify(value))}`;
    return part === "" || part.length > longest ? [] : [part];
  });
  return `{${parts.join(",")}}`;
}

function ascii(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A source as a remote gives it back; parts that are no text are left out. */
export function readSource(value: unknown): Source | null {
  if (!isRecord(value)) return null;
  const names = {
    repository: "repository",
    commit: "commit",
    ref: "ref",
    actor: "actor",
    runUrl: "run_url",
    pullRequest: "pull_request",
  } satisfies Record<keyof Source, keyof WireSource>;
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, wire]) =>
      typeof value[wire] === "string" ? [[name, value[wire]]] : [],
    ),
  );
}
