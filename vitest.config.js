import { defineConfig } from "vitest/config";
import { schemaValidators } from "./tools/schema-validators.js";

export default defineConfig({
  plugins: [schemaValidators()],
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000 },
});
