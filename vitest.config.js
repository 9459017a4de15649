import { defineConfig } from "vitest/config";
import { schemaValidators } from "./tools/schema-validators.js";

export default defineConfig({
  plugins: [schemaValidators()],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["tools/test-postgres.ts"],
    setupFiles: ["tools/test-environment.js"],
    pool: "forks",
    // Tests wait for servers and child processes more than they compute: no core is left idle.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
