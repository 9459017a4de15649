import validateShape from "../../schemas/config.schema.json?validator";
import type { Problem } from "../model/problem.ts";
import { readYamlDocument } from "../pointer/yaml-document.ts";
import { type Config, defaultConfig } from "./config.ts";
import { type ConfigData, configOf } from "./config-of.ts";

export interface ParsedConfig {
  /** The defaults where there are problems. */
  readonly config: Config;
  readonly problems: readonly Problem[];
}

/** Reads pointsman.yaml. What is wrong with it comes back as problems, at its lines. */
export function parseConfig(file: string, text: string): ParsedConfig {
  const yaml = readYamlDocument(file, text, validateShape);
  const problems = [...yaml.problems];
  if (problems.length > 0) return { config: defaultConfig, problems };
  const config = configOf(yaml.data as ConfigData, (path, message) => {
    problems.push({ rule: "config", message, file, ...yaml.placeOf(path), severity: "error" });
  });
  return { config: problems.length > 0 ? defaultConfig : config, problems };
}
