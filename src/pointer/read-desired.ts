import type { SourceFile } from "../model/source-file.ts";
import { parseYaml } from "./parse-yaml.ts";
import { type DesiredOptions, type ReadDesired, desiredOf, readFiles } from "./read-files.ts";

export type { ReadDesired } from "./read-files.ts";

/**
 * Reads all pointer files at once. Files that are not YAML are let be; nothing that is in a file or
 * about it makes this throw.
 */
export function readDesired(files: readonly SourceFile[], options: DesiredOptions): ReadDesired {
  return desiredOf(readFiles(files), options, parseYaml);
}
