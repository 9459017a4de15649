import { PointsmanError } from "../errors.ts";
import { explainDatabaseUrl, shownUrl } from "../registry/store/database-url.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import type { Deps } from "./command.ts";

export interface DataOptions {
  readonly dir: string;
  /** A folder. */
  readonly data?: string;
  /** postgres://… */
  readonly database?: string;
}

/** Where a registry's data is: as the store takes it, and as it may be shown. */
export interface RegistryData {
  readonly location: string;
  readonly shown: string;
}

/** The data of the registry that a command is about: the pointer repository's own where none is named. */
export async function registryData(options: DataOptions, deps: Deps): Promise<RegistryData> {
  const { data, database } = options;
  if (database !== undefined) {
    const fault = explainDatabaseUrl(database);
    if (fault !== null) throw new PointsmanError("usage", `--database cannot be used. ${fault}`);
    return { location: database, shown: shownUrl(database) };
  }
  const location = data ?? (await embeddedData(options.dir, deps));
  return { location, shown: location };
}

async function embeddedData(dir: string, { environment }: Deps): Promise<string> {
  const workspace = await openWorkspace(dir, environment).catch((error: unknown) => {
    if (error instanceof PointsmanError && error.code === "no-repository") return null;
    throw error;
  });
  if (workspace?.stateDir != null) return workspace.stateDir;
  throw new PointsmanError("usage", "Where is the registry's data?", {
    hint: "Name a folder with --data DIR, or a database with --database postgres://…; in a pointer repository that `init` made, .pointsman/ is used.",
  });
}
