// Bundles src/ to dist/. Our own code becomes few files, so that a command starts fast; commands
// and what they need stay separate chunks, loaded when used. Dependencies stay packages.
import { chmod, copyFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { schemaValidators } from "./schema-validators.js";

const root = fileURLToPath(new URL("../", import.meta.url));
await rm(new URL("../dist", import.meta.url), { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: { cli: "src/cli.ts", index: "src/index.ts" },
  platform: "node",
  external: isPackage,
  plugins: [schemaValidators()],
});
await bundle.write({ dir: `${root}dist`, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" });
await bundle.close();
await copyFile(`${root}node_modules/kysely/LICENSE`, `${root}dist/chunks/kysely.LICENSE`);
await chmod(`${root}dist/cli.js`, 0o755);

/**
 * Two are exceptions. Of ajv only the few lines that validators use get in; kysely's four hundred files
 * would cost every command that opens a registry of its own 50 ms.
 */
function isPackage(id, importer) {
  const isPath = /^[./\0]/.test(id);
  const isBundled = id.startsWith("ajv/") || id === "kysely";
  return !isPath && !isBundled && importer?.includes("/node_modules/") !== true;
}
