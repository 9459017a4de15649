import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import git from "isomorphic-git";
import { memoisedFs } from "./memoised-fs.ts";
import { packedObjects } from "./packed-objects.ts";
import { type CommitLinks, parseLinks } from "./parse-commit.ts";
import { type TreeEntry, parseTree } from "./parse-tree.ts";

export interface StoredObject {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The objects of a repository, by their full ids. */
export interface StoredObjects {
  /** Null where this clone lacks it. */
  readonly read: (id: string) => Promise<StoredObject | null>;
  /** The commit that an id is of, through annotated tags; null where it is none, or lacking. */
  readonly commitOf: (id: string) => Promise<string | null>;
  /**
   * How a commit goes on. Where a shallow clone ends, it has no parents.
   * @throws an error with code `NotFoundError` where this clone lacks it
   */
  readonly links: (commit: string) => Promise<CommitLinks>;
  /** @throws an error with code `NotFoundError` where this clone lacks it */
  readonly tree: (id: string) => Promise<readonly TreeEntry[]>;
  /** The commits, and tags of commits, whose ids begin so. */
  readonly startingWith: (prefix: string) => Promise<string[]>;
  /** Whether a commit's parents are cut off. */
  readonly isCut: (commit: string) => Promise<boolean>;
  /** Whether history ends early. */
  readonly isShallow: () => Promise<boolean>;
}

/** Entries of trees that are kept: some 10 MB. What is compared next is mostly what was compared last. */
const mostEntries = 50_000;

export function storedObjects(gitDir: string): StoredObjects {
  const fs = memoisedFs(gitDir);
  const at = { fs, cache: {}, gitdir: gitDir };
  const packs = packedObjects(gitDir);
  const links = new Map<string, CommitLinks>();
  const trees = new Map<string, readonly TreeEntry[]>();
  let entries = 0;
  const shallow = readFile(join(gitDir, "shallow"), "utf8").then(
    (text) => new Set(text.split("\n").filter((line) => line !== "")),
    () => new Set<string>(),
  );

  const read = async (id: string): Promise<StoredObject | null> => {
    const packed = await packs.read(id);
    if (packed !== null) return packed;
    const found = await git.readObject({ ...at, oid: id, format: "content" }).catch(absent);
    if (found === null) return null;
    const object = found.object as Uint8Array;
    return { type: found.type, bytes: Buffer.isBuffer(object) ? object : Buffer.from(object) };
  };
  const need = async (id: string, type: string): Promise<Buffer> => {
    const object = await read(id);
    if (object?.type === type) return object.bytes;
    const error = new Error(`${type} ${id} is not there`);
    throw Object.assign(error, { code: "NotFoundError" });
  };
  const commitOf = async (id: string): Promise<string | null> => {
    let at = id;
    // A chain of tags has an end, as ids are made of contents.
    for (;;) {
      if (links.has(at)) return at;
      const object = await read(at);
      if (object?.type === "commit") return at;
      const tagged =
        object?.type === "tag" ? /^object ([0-9a-f]{40})$/m.exec(object.bytes.toString("latin1")) : null;
      if (tagged?.[1] === undefined) return null;
      at = tagged[1];
    }
  };

  return {
    read,
    commitOf,
    async links(commit) {
      let known = links.get(commit);
      if (known === undefined) {
        known = parseLinks(await need(commit, "commit"));
        if ((await shallow).has(commit)) known = { ...known, parents: [] };
        links.set(commit, known);
      }
      return known;
    },
    async tree(id) {
      let known = trees.get(id);
      if (known === undefined) {
        known = parseTree(id === emptyTree ? Buffer.alloc(0) : await need(id, "tree"));
        entries += known.length;
      }
      // Last used, last forgotten.
      trees.delete(id);
      trees.set(id, known);
      for (const [oldest, { length }] of trees) {
        if (entries <= mostEntries || oldest === id) break;
        trees.delete(oldest);
        entries -= length;
      }
      return known;
    },
    async startingWith(prefix) {
      const folder = join(gitDir, "objects", prefix.slice(0, 2));
      const loose = (await readdir(folder).catch(() => [])).map((name) => prefix.slice(0, 2) + name);
      const ids = [...(await packs.startingWith(prefix)), ...loose.filter((id) => id.startsWith(prefix))];
      const commits: string[] = [];
      for (const id of new Set(ids)) if ((await commitOf(id)) !== null) commits.push(id);
      return commits;
    },
    isCut: async (commit) => (await shallow).has(commit),
    isShallow: async () => (await shallow).size > 0,
  };
}

/** It is in every repository, stored or not. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** isomorphic-git says by an error's code that something is not there. */
function absent(error: unknown): null {
  if ((error as { code?: unknown }).code === "NotFoundError") return null;
  throw error;
}
