// The lint rules. What each folder of src/ may import is the table in architecture.js.
import { defineConfig } from "oxlint";
import { importRules } from "./architecture.js";

const onlyTheCommandLine = "Only src/cli.ts touches the process: pass it in.";

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise", "node", "vitest"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  env: { node: true, es2024: true },
  ignorePatterns: ["dist", "fixtures"],
  rules: {
    "eslint/eqeqeq": ["error", "always", { null: "ignore" }],
    "eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    "eslint/no-var": "error",
    "import/no-cycle": "error",
    "typescript/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/switch-exhaustiveness-check": "error",
    "unicorn/prefer-node-protocol": "error",
    // One after another is often the point: a parent folder, a first-parent commit, a page.
    "eslint/no-await-in-loop": "off",
    // What control characters are replaced by is written with them.
    "eslint/no-control-regex": "off",
    // Names of packages' default exports that are named exports too.
    "import/no-named-as-default-member": "off",
    // What comes out of a parser is judged by a schema, which the type system does not see.
    "typescript/no-unsafe-type-assertion": "off",
    "typescript/no-base-to-string": "off",
    // Most sort an array just made; a readonly one is refused by the types.
    "unicorn/no-array-sort": "off",
    // A plan may be called plan beside the function that makes one.
    "eslint/no-shadow": "off",
    "unicorn/consistent-function-scoping": "off",
    "unicorn/prefer-set-has": "off",
  },
  overrides: [
    {
      files: ["**/src/**/*.ts"],
      rules: {
        "eslint/max-lines": ["error", { max: 250 }],
        "import/no-default-export": "error",
        "import/no-dynamic-require": ["error", { esmodule: true }],
      },
    },
    {
      files: ["**/src/**/*.ts"],
      excludeFiles: ["**/src/cli.ts"],
      rules: {
        "eslint/no-console": "error",
        "eslint/no-restricted-globals": ["error", { name: "process", message: onlyTheCommandLine }],
        "eslint/no-restricted-properties": [
          "error",
          { object: "globalThis", property: "process", message: onlyTheCommandLine },
          { object: "globalThis", property: "console", message: onlyTheCommandLine },
        ],
      },
    },
    ...importRules(),
    {
      files: ["**/*.d.ts"],
      rules: { "import/no-default-export": "off" },
    },
    {
      files: ["**/test/**/*.ts"],
      rules: { "typescript/no-non-null-assertion": "off", "vitest/no-conditional-expect": "off" },
    },
    {
      files: ["**/vitest.config.js", "**/oxlint.config.js"],
      rules: { "import/no-default-export": "off" },
    },
  ],
});
