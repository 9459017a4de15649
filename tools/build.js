// Bundles src/ to dist/. Our own code becomes few files, so that a command starts fast; commands
// and what they need stay separate chunks, loaded when used. Packages that package.json calls dependencies
// stay packages; the small ones that every command needs are bundled too, their licences beside them:
// loading them as they are would cost more than most commands do.
import { readFileSync, readdirSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { schemaValidators } from "./schema-validators.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
await rm(new URL("../dist", import.meta.url), { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: { cli: "src/cli.ts", index: "src/index.ts" },
  platform: "node",
  external: isExternal,
  plugins: [schemaValidators()],
});
const { output } = await bundle.write({
  dir: `${root}dist`,
  format: "esm",
  chunkFileNames: "chunks/[name]-[hash].js",
});
await bundle.close();
await chmod(`${root}dist/cli.js`, 0o755);
await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, noticesOf(output));

function isExternal(id) {
  if (/^[./\0]/.test(id)) return false;
  const name = id.split("/", id.startsWith("@") ? 2 : 1).join("/");
  return isBuiltin(id) || Object.hasOwn(dependencies, name);
}

/** The licences of the packages whose code is in the bundle. */
function noticesOf(chunks) {
  const folders = new Set();
  for (const { moduleIds = [] } of chunks) {
    for (const id of moduleIds) {
      const [, folder] = /^(?:\0)?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id) ?? [];
      if (folder !== undefined) folders.add(folder);
    }
  }
  return [...folders]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${dirname(folder)}: ${name} has no licence file.`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
