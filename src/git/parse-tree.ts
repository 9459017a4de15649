export interface TreeEntry {
  /** Each byte a character: so it sorts as git sorts. `readableName` makes text of it. */
  readonly name: string;
  /** Six digits: `040000` a folder, `100644` and `100755` files, `120000` a link, `160000` a submodule. */
  readonly mode: string;
  readonly id: string;
}

/**
 * The entries of a tree object in git's order. (isomorphic-git's own parser refuses names with a
 * backslash, and spends its time on what other systems think of names: nothing is written to disk here.)
 * @param bytes the content of the object
 * @param idSize the bytes of an id: 20, or 32 where ids are SHA-256
 */
export function parseTree(bytes: Buffer, idSize = 20): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    if (space === -1 || end === -1 || end + idSize >= bytes.length) throw new Error("A tree ends too early.");
    const id = bytes.toString("hex", end + 1, end + 1 + idSize);
    entries.push({
      name: bytes.toString("latin1", space + 1, end),
      mode: canonicalMode(bytes.toString("latin1", at, space)),
      id,
    });
    at = end + 1 + idSize;
  }
  return entries;
}

export function isFolder({ mode }: TreeEntry): boolean {
  return mode === "040000";
}

export function isRegularFile({ mode }: TreeEntry): boolean {
  return mode.startsWith("100");
}

/** A path or name of trees as text. */
export function readableName(name: string): string {
  return Buffer.from(name, "latin1").toString("utf8");
}

/** The other way round. */
export function rawName(path: string): string {
  return Buffer.from(path, "utf8").toString("latin1");
}

/** Old programs wrote other permissions: git takes them for one of these. */
function canonicalMode(mode: string): string {
  if (mode === "100644" || mode === "40000") return mode.padStart(6, "0");
  const bits = Number.parseInt(mode, 8);
  const kind = bits & 0o170000;
  if (kind === 0o100000) return (bits & 0o100) === 0 ? "100644" : "100755";
  if (kind === 0o120000) return "120000";
  return kind === 0o040000 ? "040000" : "160000";
}
