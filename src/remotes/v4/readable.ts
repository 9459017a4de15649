import { visible } from "../../pointer/printable.ts";
import { readErrorDetail } from "../../wire/error-body.ts";

const longest = 300;
// What a remote may send to a terminal: CSI and OSC sequences whole, then any other control or format character.
const ansi = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
const control = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  nbsp: " ",
};

/**
 * A remote's text as one line that is safe to print: no control characters, no token, at most 300 characters.
 * @param secret what may never be shown, even where the remote echoes it
 */
export function oneLine(text: string, secret?: string): string {
  const flat = text.slice(0, 20_000).replace(ansi, "").replace(control, " ").replace(/\s+/g, " ").trim();
  const safe = secret === undefined || secret === "" ? flat : flat.replaceAll(secret, "***");
  return visible(safe.length <= longest ? safe : `${safe.slice(0, longest - 1)}…`);
}

/**
 * What an error's body says, in FastAPI's shapes or as a proxy's page; empty where it says nothing.
 * Not yet safe to print: see `oneLine`.
 */
export function readableBody(body: string): string {
  const text = body.trim();
  if (text.startsWith("{")) {
    const detail = readErrorDetail(parseJson(text));
    if (detail !== undefined) return detail;
  }
  if (!text.startsWith("<")) return text.split("\n", 1)[0] ?? "";
  const title = /<title[^>]{0,200}>([^<]{0,500})/i.exec(text.slice(0, 20_000))?.[1]?.trim() ?? "";
  if (title === "") return "an HTML page";
  return `an HTML page titled "${title.replace(/&([a-z]+|#39);/g, (whole, name: string) => entities[name] ?? whole)}"`;
}

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
