import { promises } from "node:fs";

/**
 * A file system whose reads are remembered, for one command over one repository. isomorphic-git
 * tries a loose file and lists the pack folder for every object; without memory that is most of its
 * time. Nothing is written through it.
 */
export function memoisedFs(): { promises: typeof promises } {
  const memoise = <Args extends [unknown, ...unknown[]], Result>(
    read: (...args: Args) => Promise<Result>,
  ): ((...args: Args) => Promise<Result>) => {
    const known = new Map<string, Promise<Result>>();
    return (...args) => {
      const key = JSON.stringify(args);
      let result = known.get(key);
      if (result === undefined) {
        result = read(...args);
        known.set(key, result);
      }
      return result;
    };
  };
  return {
    promises: {
      ...promises,
      readFile: memoise(promises.readFile as never) as never,
      readdir: memoise(promises.readdir as never) as never,
      stat: memoise(promises.stat as never) as never,
      lstat: memoise(promises.lstat as never) as never,
    },
  };
}
