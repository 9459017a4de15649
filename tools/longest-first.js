// The order of the test files: those that start programs come first. They take longest, so that no core is left
// without work at the end, and starting a program costs the more the more memory a process has by then. Of the
// others, those of the registry wait most of their time and the rest compute: each runs beside one of the other kind.
import { BaseSequencer } from "vitest/node";

// Those of git leave most memory behind.
const first = ["cli", "action", "history", "clients", "git"];

export class LongestFirst extends BaseSequencer {
  /** @param {import("vitest/node").TestSpecification[]} files */
  async sort(files) {
    const isIn = ({ moduleId }, folder) => moduleId.includes(`/test/${folder}/`);
    // By what they took last time, or else by their size.
    const sorted = await super.sort(files);
    const starting = first.flatMap((folder) => sorted.filter((file) => isIn(file, folder)));
    const others = sorted.filter((file) => !starting.includes(file));
    const waiting = others.filter((file) => isIn(file, "registry"));
    const computing = others.filter((file) => !waiting.includes(file));
    const longer = Math.max(waiting.length, computing.length);
    const inTurn = Array.from({ length: longer }, (_, at) => [waiting[at], computing[at]]).flat();
    return [...starting, ...inTurn.filter((file) => file !== undefined)];
  }
}
