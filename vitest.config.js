import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tools/longest-first.js";
import { schemaValidators } from "./tools/schema-validators.js";
import { testFolder } from "./tools/test-folder.js";

export default defineConfig({
  plugins: [schemaValidators()],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["tools/test-postgres.ts"],
    setupFiles: ["tools/test-environment.js"],
    env: {
      ...testFolder(),
      // Of glibc: what large tests had in memory goes back to the system when they end. Starting a program copies
      // the tables of all the memory that a process has: 4 ms for each 100 MB, thousands of times.
      MALLOC_MMAP_THRESHOLD_: "32768",
    },
    pool: "forks",
    // Tests wait for servers and child processes more than they compute: no core is left idle.
    maxWorkers: "100%",
    // Files are run one after another in few processes, which load what they share once: that took as long as a
    // fifth of the tests. What such a module keeps for a file it gives up at its end (test/at-end.ts).
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Only against what never ends: a busy machine takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
