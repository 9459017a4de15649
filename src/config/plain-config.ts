import validateShape from "../../schemas/config.schema.json?validator";
import type { Config } from "./config.ts";
import { configOf } from "./config-of.ts";

/*
 * Most pointsman.yaml are a few lines of keys and plain words. These are read here, so that most commands
 * do without the YAML parser, which takes longer to load than they take to run.
 */
const key = "(?!(?:true|false|null):)[a-z][a-z0-9_-]{0,99}";
// No number, date, truth value or null to any YAML reader, no end of a mapping, nothing to unquote.
const reserved = "(?!(?:true|false|yes|no|on|off|null|y|n)$)";
const word = `${reserved}[A-Za-z][A-Za-z0-9_./-]*`;
const url = "https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*)?";
const token = "\\$\\{POINTSMAN_TOKEN[A-Z0-9_]*\\}";
const patterns = {
  skip: /^ *(?:#[^\r\u2028\u2029]*)?$/,
  entry: new RegExp(`^( *)(${key}):(?: (${word}|${url}|${token}|[1-9][0-9]{0,8}))?$`, "i"),
  item: new RegExp(
    `^( *)- (?:(${reserved}[A-Za-z](?:[A-Za-z0-9_.*/:-]*[A-Za-z0-9_.*/-])?)|"([A-Za-z0-9*._/:-]+)")$`,
    "i",
  ),
};

type Tree = { [key: string]: Tree | string | number | string[] };

/**
 * The config of a file that is surely plain and right. Null where it is not: what is then in it, and what
 * is wrong with it, is the YAML parser's to tell.
 */
export function plainConfig(text: string): Config | null {
  const data = plainData(text);
  if (data === null || !validateShape(data)) return null;
  let isRight = true;
  const config = configOf(data, () => (isRight = false));
  return isRight ? config : null;
}

interface Open {
  readonly indent: number;
  readonly map: Tree;
}

function plainData(text: string): Tree | null {
  const root: Tree = {};
  const open: Open[] = [{ indent: 0, map: root }];
  /** A key whose value stands in the lines below it. */
  let waiting: { readonly indent: number; readonly map: Tree; readonly key: string } | null = null;
  let list: { readonly indent: number; readonly items: string[] } | null = null;
  for (const line of text.split("\n")) {
    if (patterns.skip.test(line)) continue;
    const [, dent = "", plain, quoted] = patterns.item.exec(line) ?? [];
    const item = plain ?? quoted;
    if (item !== undefined) {
      if (waiting !== null) {
        if (dent.length <= waiting.indent) return null;
        list = { indent: dent.length, items: [] };
        waiting.map[waiting.key] = list.items;
        waiting = null;
      }
      if (list?.indent !== dent.length) return null;
      list.items.push(item);
      continue;
    }
    const [, space, name = "", value] = patterns.entry.exec(line) ?? [];
    if (space === undefined) return null;
    list = null;
    const indent = space.length;
    if (waiting !== null) {
      if (indent <= waiting.indent) return null;
      const map: Tree = {};
      waiting.map[waiting.key] = map;
      open.push({ indent, map });
      waiting = null;
    }
    while ((open.at(-1)?.indent ?? 0) > indent) open.pop();
    const map = open.at(-1);
    if (map?.indent !== indent || Object.hasOwn(map.map, name)) return null;
    if (value === undefined) waiting = { indent, map: map.map, key: name };
    else map.map[name] = /^[1-9]/.test(value) ? Number(value) : value;
  }
  return waiting === null ? root : null;
}
