import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { printable } from "../pointer/printable.ts";
import { readYamlDocument } from "../pointer/yaml-document.ts";
import { maxFileSize } from "../model/source-file.ts";
import { explainBaseUrl } from "../wire/base-url.ts";
import { isRecord } from "../wire/wire-error.ts";
import type { Environment } from "../model/environment.ts";

/** The remote that the official command line uses. */
export interface OfficialRemote {
  /** A name for it in pointsman.yaml. */
  readonly name: string;
  readonly url: string;
  /** Only ever for this URL: both come from one source. Never shown, never written. */
  readonly token: string | undefined;
  /** Where it was found, for people. */
  readonly from: string;
}

export interface OfficialConfig {
  readonly remote: OfficialRemote | null;
  /** What was found and cannot be used, as sentences. */
  readonly notes: readonly string[];
}

/**
 * The official command line's remote: `PIPELINE_API_URL` with `PIPELINE_API_TOKEN`, else the active one of
 * `config.yaml` in `PIPELINE_DIR` or `~/.pipeline`. Only to write a remote from; nothing in it makes this throw.
 */
export async function readOfficialConfig(environment: Environment): Promise<OfficialConfig> {
  const { PIPELINE_API_URL: url, PIPELINE_API_TOKEN: token, PIPELINE_DIR, HOME, USERPROFILE } = environment;
  if (url !== undefined && url !== "") return checked({ url, token }, "PIPELINE_API_URL");
  const folder = PIPELINE_DIR ?? join(HOME ?? USERPROFILE ?? homedir(), ".pipeline");
  const file = join(folder, "config.yaml");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? none : ignored(file, message);
  }
  if (text.length > maxFileSize) return ignored(file, "it is larger than 1 MiB.");
  const { data, problems } = readYamlDocument(file, text, anyShape);
  const [problem] = problems;
  // What stands there is not quoted: it may be the token.
  if (problem !== undefined) return ignored(file, `its line ${problem.line} is no YAML that is read here.`);
  return activeOf(data, file);
}

const none: OfficialConfig = { remote: null, notes: [] };

/** The vendor's file may hold more than is known here. */
const anyShape = Object.assign((): boolean => true, { errors: null });

function activeOf(data: unknown, file: string): OfficialConfig {
  const { active_remote: active, remotes } = isRecord(data) ? data : {};
  const known = Array.isArray(remotes) ? remotes.filter(isRecord) : [];
  const remote =
    active == null && known.length === 1
      ? known[0]
      : known.find(({ alias, url }) => (alias ?? url) === active);
  if (remote !== undefined && typeof remote["url"] === "string") return checked(remote, file);
  return known.length === 0 ? none : ignored(file, "none of its remotes is the active one.");
}

function checked({ alias, url, token }: Readonly<Record<string, unknown>>, from: string): OfficialConfig {
  const wrong = explainBaseUrl(String(url));
  if (wrong !== null) return ignored(from, wrong);
  const hasToken = typeof token === "string" && /^[\x21-\x7e]+$/.test(token);
  const remote = { name: nameFor(alias, String(url)), url: String(url), from };
  if (hasToken) return { remote: { ...remote, token }, notes: [] };
  const notes = token == null ? [] : [`The token of ${printable(from)} cannot be sent: it is left alone.`];
  return { remote: { ...remote, token: undefined }, notes };
}

/** Its alias where that can stand in pointsman.yaml, else the host's name. */
function nameFor(alias: unknown, url: string): string {
  if (typeof alias === "string" && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(alias) && alias !== "embedded")
    return alias;
  const { hostname } = new URL(url);
  return (
    hostname
      .replace(/^www\./, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "registry"
  );
}

function ignored(from: string, why: string): OfficialConfig {
  return { remote: null, notes: [`${printable(from)} is ignored: ${printable(why)}`] };
}
