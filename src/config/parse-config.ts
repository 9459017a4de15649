import validateShape from "../../schemas/config.schema.json?validator";
import type { Problem } from "../model/problem.ts";
import { readYamlDocument } from "../pointer/yaml-document.ts";
import { type Config, defaultConfig } from "./config.ts";
import { type ConfigData, configOf } from "./config-of.ts";
import { secretPlaces } from "./secrets.ts";
import { isShowable } from "./showable.ts";

export interface ParsedConfig {
  /** The defaults where there are problems. */
  readonly config: Config;
  readonly problems: readonly Problem[];
}

type Place = Pick<Problem, "line" | "column">;

/** Where the value at a path of keys stands in a pointsman.yaml. */
export function placeIn(
  file: string,
  text: string,
  path: readonly string[],
): { line: number; column: number } {
  return { ...readYamlDocument(file, text, validateShape, { isShowable }).placeOf(path) };
}

/** Reads pointsman.yaml. What is wrong with it comes back as problems, at its lines. */
export function parseConfig(file: string, text: string): ParsedConfig {
  const yaml = readYamlDocument(file, text, validateShape, { isShowable });
  const problems = [...yaml.problems];
  let config = defaultConfig;
  if (problems.length === 0) {
    config = configOf(yaml.data as ConfigData, (path, message) => {
      problems.push({ rule: "config", message, file, ...yaml.placeOf(path), severity: "error" });
    });
  }
  const byPlace = new Map<string, number>();
  const placed = ({ line, column }: Place): string => `${line}:${column}`;
  const note = (place: Place, index: number): void => {
    if (!byPlace.has(placed(place))) byPlace.set(placed(place), index);
  };
  problems.forEach(note);
  for (const { offsets, message } of secretPlaces(yaml.contents)) {
    const places = offsets.map((offset) => yaml.at(offset));
    const at = Math.min(...places.map((place) => byPlace.get(placed(place)) ?? problems.length));
    const known = problems[at];
    if (known !== undefined) problems[at] = { ...known, message: `${known.message} ${message}` };
    else {
      const [place = { line: 1, column: 1 }] = places.slice(-1);
      note(place, problems.length);
      problems.push({ rule: "config", message, file, ...place, severity: "error" });
    }
  }
  return { config: problems.length > 0 ? defaultConfig : config, problems };
}
