import { promises } from "node:fs";
import { dirname, join, sep } from "node:path";

/**
 * A file system whose reads are remembered, for one command over one repository. isomorphic-git
 * tries a loose file and lists the pack folder for every object; without memory that is most of its
 * time. It sees no packs: those are read by `packedObjects`. Nothing is written through it.
 */
export function memoisedFs(gitDir: string): { promises: typeof promises } {
  const remembered = memoise(promises.readFile as Read);
  const folders = memoise(promises.readdir as Read);
  const objects = join(gitDir, "objects") + sep;

  const readdir: Read = (path, ...rest) =>
    join(path) === `${objects}pack` ? Promise.resolve([]) : folders(path, ...rest);
  const isThere = async (path: string): Promise<boolean> => {
    const names = await readdir(dirname(path)).catch(() => []);
    return (names as string[]).includes(path.slice(dirname(path).length + 1));
  };
  const readFile = async (path: string, ...rest: unknown[]): Promise<unknown> => {
    const inside = join(path);
    if (!inside.startsWith(objects)) return remembered(path, ...rest);
    // Of a loose object the folders say whether it is there. It is read once and not remembered.
    if (!(await isThere(dirname(inside))) || !(await isThere(inside))) throw notThere;
    return (promises.readFile as Read)(path, ...rest);
  };
  return {
    promises: {
      ...promises,
      readFile: readFile as never,
      readdir: readdir as never,
      stat: memoise(promises.stat as Read) as never,
      lstat: memoise(promises.lstat as Read) as never,
    },
  };
}

type Read = (path: string, ...rest: unknown[]) => Promise<unknown>;

/** One for all: an error with a stack for each object that is packed would be most of the memory. */
const notThere = Object.assign(new Error("ENOENT: no such object"), { code: "ENOENT" });

function memoise(read: Read): Read {
  const known = new Map<string, Promise<unknown>>();
  return (...args) => {
    const key = args.length === 1 ? args[0] : JSON.stringify(args);
    let result = known.get(key);
    if (result === undefined) {
      result = read(...args);
      known.set(key, result);
    }
    return result;
  };
}
