import type { Guards, OnDrift } from "../model/policy.ts";

/** pointsman.yaml, with what it leaves out filled in. */
export interface Config {
  /** The branch whose commits may be synced, where it is named. */
  readonly branch: string | undefined;
  /** The folder that holds `pointers/`, from the folder of pointsman.yaml; "" for that folder. */
  readonly root: string;
  readonly remotes: ReadonlyMap<string, RemoteConfig>;
  readonly defaultRemote: string | undefined;
  /** Patterns of names that other people own. */
  readonly external: readonly string[];
  readonly guards: Guards;
  /** What to do with a pointer that somebody moved by hand. */
  readonly onDrift: OnDrift;
}

export interface RemoteConfig {
  readonly url: string;
  /** The environment variable that holds its token. */
  readonly tokenVariable: string | undefined;
}

/** The name of the file, in the folder of a pointer repository. */
export const configFile = "pointsman.yaml";

export const defaultConfig: Config = {
  branch: undefined,
  root: "",
  remotes: new Map(),
  defaultRemote: undefined,
  external: [],
  guards: { maxDeletes: null, maxUpdates: null },
  onDrift: "overwrite",
};
