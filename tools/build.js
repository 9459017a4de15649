// Bundles src/ to dist/. Our own code becomes few files, so that a command starts fast; commands
// and what they need stay separate chunks, loaded when used. Dependencies stay packages.
import { chmod, rm } from "node:fs/promises";
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
await chmod(`${root}dist/cli.js`, 0o755);

/** Ajv is the exception: of it only the few lines that validators use get in. */
function isPackage(id, importer) {
  const isPath = /^[./\0]/.test(id);
  return !isPath && !id.startsWith("ajv/") && importer?.includes("/node_modules/") !== true;
}
