// The order of the test files: those that start programs come first. They take longest, so that no core is left
// without work at the end, and starting a program costs the more the more memory a process has by then.
import { BaseSequencer } from "vitest/node";

const first = ["cli", "action", "git", "clients"];

export class LongestFirst extends BaseSequencer {
  /** @param {import("vitest/node").TestSpecification[]} files */
  async sort(files) {
    const rank = ({ moduleId }) => {
      const at = first.findIndex((folder) => moduleId.includes(`/test/${folder}/`));
      return at === -1 ? first.length : at;
    };
    // By what they took last time, or else by their size.
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
