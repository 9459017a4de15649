import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { meanings } from "./ref-syntax.ts";

/** The refs of a repository as files keep them: https://git-scm.com/docs/gitrepository-layout. */
export interface StoredRefs {
  /** The id of a ref by its short or full name, in git's order of places; null where there is none. */
  find(name: string): Promise<string | null>;
  /** The id of a ref by its full name; null where there is none. */
  idOf(ref: string): Promise<string | null>;
  /** The ref that a symbolic ref names; null where it is none. */
  target(ref: string): Promise<string | null>;
  /** The full names of all branches, remotes' branches and tags that lead to an id, in order. */
  all(): Promise<string[]>;
}

export const refFolders = ["refs/heads", "refs/remotes", "refs/tags"] as const;

/** How many symbolic refs git follows. */
const deepest = 5;

export function storedRefs(gitDir: string): StoredRefs {
  const packed = readFile(join(gitDir, "packed-refs"), "utf8").then(
    parsePacked,
    () => new Map<string, string>(),
  );

  const stored = async (ref: string): Promise<string | null> => {
    // Beside refs/ only HEAD and its like are refs: the rest are git's other files.
    if (!/^(refs\/|[A-Z_]+$)/.test(ref)) return null;
    const text = await readFile(join(gitDir, ref), "utf8").catch(() => null);
    return text ?? (await packed).get(ref) ?? null;
  };
  const target = async (ref: string): Promise<string | null> => {
    const named = /^ref:\s*(refs\/\S+)\s*$/.exec((await stored(ref)) ?? "")?.[1];
    return named === undefined || named.includes("..") ? null : named;
  };
  const idOf = async (ref: string, depth = 0): Promise<string | null> => {
    const next = depth < deepest ? await target(ref) : null;
    if (next !== null) return idOf(next, depth + 1);
    // FETCH_HEAD says more behind the first id.
    return /^([0-9a-f]{40})(?:\s|$)/.exec((await stored(ref)) ?? "")?.[1] ?? null;
  };

  /** The files below a folder of refs; none where it is not there. */
  const looseBelow = async (folder: string): Promise<string[]> => {
    const entries = await readdir(join(gitDir, folder), { withFileTypes: true }).catch(() => []);
    const lists = entries.map(async (entry) => {
      const ref = `${folder}/${entry.name}`;
      return entry.isDirectory() ? looseBelow(ref) : [ref];
    });
    return (await Promise.all(lists)).flat();
  };

  return {
    target,
    idOf: (ref) => idOf(ref),
    async all() {
      const loose = (await Promise.all(refFolders.map(looseBelow))).flat();
      const isListed = (ref: string): boolean => refFolders.some((folder) => ref.startsWith(`${folder}/`));
      const found: string[] = [];
      // One after the other: there may be more of them than files can be open.
      for (const ref of [...new Set([...loose, ...(await packed).keys()])].filter(isListed).sort())
        if ((await idOf(ref)) !== null) found.push(ref);
      return found;
    },
    async find(name) {
      for (const ref of meanings(name)) {
        const id = await idOf(ref);
        if (id !== null) return id;
      }
      return null;
    },
  };
}

function parsePacked(text: string): Map<string, string> {
  const lines = text.matchAll(/^([0-9a-f]{40}) (\S+)$/gm);
  return new Map([...lines].map(([, id = "", ref = ""]) => [ref, id]));
}
