import type { Limit, OnDrift } from "../model/policy.ts";
import { isTag } from "../pointer/name.ts";
import { nearest } from "../pointer/nearest.ts";
import { printable } from "../pointer/printable.ts";
import { isShowable } from "./showable.ts";
import { explainBaseUrl } from "../wire/base-url.ts";
import type { Config, RemoteConfig } from "./config.ts";

/** What the schema lets through. */
export interface ConfigData {
  readonly branch?: string;
  readonly root?: string;
  readonly remotes?: Readonly<Record<string, { readonly url: string; readonly token?: string }>>;
  readonly default_remote?: string;
  readonly external?: readonly string[];
  readonly guards?: { readonly max_deletes?: number | string; readonly max_updates?: number | string };
  readonly on_drift?: OnDrift;
}

/**
 * The config that data of the schema's shape says.
 * @param report is told what is wrong beyond that shape, and where: the way there by keys
 */
export function configOf(
  data: ConfigData,
  report: (path: readonly string[], message: string) => void,
): Config {
  const remotes = new Map<string, RemoteConfig>();
  for (const [name, { url, token }] of Object.entries(data.remotes ?? {})) {
    const wrong = explainBaseUrl(url);
    if (wrong !== null) report(["remotes", name, "url"], wrong);
    if (name === "embedded")
      report(["remotes", name], 'The name "embedded" is taken: it is the registry that `init` makes.');
    remotes.set(name, { url, tokenVariable: token?.slice(2, -1) });
  }
  const { default_remote: defaultRemote, root = "." } = data;
  if (defaultRemote !== undefined && defaultRemote !== "embedded" && !remotes.has(defaultRemote)) {
    const near = nearest(defaultRemote, [...remotes.keys(), "embedded"]);
    report(
      ["default_remote"],
      `There is no remote ${isShowable(defaultRemote) ? `"${printable(defaultRemote)}"` : "of this name"}${near === undefined ? ": name one of `remotes`." : `; did you mean ${near}?`}`,
    );
  }
  const folder = normaliseFolder(root);
  if (folder === null)
    report(
      ["root"],
      `${isShowable(root) ? `"${printable(root)}"` : "This"} is no folder below this file's: write it like services/pointers.`,
    );
  for (const [at, pattern] of (data.external ?? []).entries()) {
    if (fitsSomeName(pattern)) continue;
    const message =
      `Entry ${at + 1} of "external" fits no pointer's name: a pattern is written like acme/*:stable, ` +
      "where * stands for anything but a slash.";
    report(["external", String(at)], message);
  }
  return {
    branch: data.branch,
    root: folder ?? "",
    remotes,
    defaultRemote,
    external: data.external ?? [],
    guards: {
      maxDeletes: readLimit(data.guards?.max_deletes),
      maxUpdates: readLimit(data.guards?.max_updates),
    },
    onDrift: data.on_drift ?? "overwrite",
  };
}

/**
 * Whether a pattern fits any name at all: one slash, and a colon behind it, which a star may stand for. Upper case is
 * taken anywhere: names that a remote lists may have it.
 */
function fitsSomeName(pattern: string): boolean {
  const [user = "", rest = "", ...more] = pattern.split("/");
  if (more.length > 0 || !/^[\w.*-]+$/.test(user) || !/^[\w.:*-]+$/.test(rest)) return false;
  const [pipeline = "", tag, ...others] = rest.split(":");
  if (tag === undefined) return pipeline.includes("*");
  return pipeline !== "" && others.length === 0 && (tag.includes("*") || isTag(tag));
}

/** A relative folder without `.`, or null where it leaves the folder it starts in. */
function normaliseFolder(folder: string): string | null {
  if (folder.startsWith("/") || folder.includes("\\") || /\p{Cc}/u.test(folder)) return null;
  const steps = folder.split("/").filter((step) => step !== "" && step !== ".");
  return steps.includes("..") || steps.includes(".git") ? null : steps.join("/");
}

/** A number is a count of pointers, `10%` a share. */
function readLimit(limit: number | string | undefined): Limit | null {
  if (limit === undefined) return null;
  return typeof limit === "number" ? { count: limit } : { percent: Number(limit.slice(0, -1)) };
}
