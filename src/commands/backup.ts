import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { type DataOptions, registryData } from "./registry-data.ts";

export interface BackupOptions extends CommonOptions, DataOptions {
  /** Where the copy goes; it must not be there. */
  readonly file: string;
}

/** Copies a registry's data to a file, while the registry may be in use. */
export async function backup(options: BackupOptions, deps: Deps): Promise<CommandResult> {
  const { file } = options;
  const { location, shown } = await registryData(options, deps);
  const { openStore } = await import("../registry/store/open-store.ts");
  const store = await openStore(location, { create: false });
  try {
    await store.backup(file);
  } finally {
    await store.close();
  }
  return result(options, exitCodes.done, { file }, () => `${shown} is copied to ${file}.\n`);
}
