import type { Declaration } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import { parseCanonical } from "./parse-canonical.ts";
import { parseYaml } from "./parse-yaml.ts";

export interface ParsedPointerFile {
  /** In the order of the file, repeated names too. */
  readonly declarations: Declaration[];
  readonly problems: Problem[];
}

/**
 * The declarations of one pointer file. A file that is no YAML has none; of one with a bad entry the
 * other entries are given, so that all problems are found at once.
 * @param file the path that positions name
 */
export function parsePointerFile(file: string, text: string): ParsedPointerFile {
  const declarations = parseCanonical(file, text);
  return declarations === null ? parseYaml(file, text) : { declarations, problems: [] };
}
