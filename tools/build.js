// Bundles src/ to dist/. Our own code becomes few files, so that a command starts fast; commands
// and what they need stay separate chunks, loaded when used. Packages that package.json calls dependencies
// stay packages; the small ones that every command needs are bundled too, their licences beside them:
// loading them as they are would cost more than most commands do. The program is CommonJS: Node then starts
// without its loader of ES modules, a tenth of its own start. The library is an ES module.
import { readFileSync, readdirSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { leaveOut } from "./leave-out.js";
import { schemaValidators } from "./schema-validators.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
/** What every command line needs, and what most commands do: few files are read faster than many. */
const groups = [
  {
    name: "start",
    test: /rolldown.runtime|node_modules\/(commander|picocolors)\/|src\/([a-z-]+|commands\/command|pointer\/printable|render\/(error|json|problems|style))\.ts$/,
    priority: 3,
  },
  {
    name: "work",
    test: /src\/(model|rules|plan)\/|src\/config\/(config|plain)|src\/git\/(?!isomorphic|memoised|stored-|packed-|pack-|apply-|refuse-)|src\/history\/past-places|src\/pointer\/(canonical|name|nearest|parse-canonical|pattern|pointer-path|read-files|target)|src\/workspace\/(at|base|branch-tip|open-workspace|preview|read-snapshot|refuse|scope)\.ts$/,
    priority: 2,
  },
  {
    name: "yaml",
    test: /node_modules\/yaml\/|src\/pointer\/(parse-yaml|yaml-)|src\/config\/parse-config/,
    priority: 1,
  },
];

await rm(new URL("../dist", import.meta.url), { recursive: true, force: true });
// Two bundles: what the command line needs from the first moment is then one file, its own.
const outputs = [
  await build("cli", { format: "cjs", extension: "cjs" }),
  await build("index", { format: "esm", extension: "js" }),
];
await chmod(`${root}dist/cli.cjs`, 0o755);
await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, noticesOf(outputs.flat()));

async function build(name, { format, extension }) {
  const bundle = await rolldown({
    cwd: root,
    input: { [name]: `src/${name}.ts` },
    platform: "node",
    external: isExternal,
    resolve: {
      alias: {
        // Its ES modules: only what is used of them gets in, and it is read in half the time.
        yaml: `${root}node_modules/yaml/browser/dist/index.js`,
        undici$: `${root}tools/${name === "cli" ? "undici-cli" : "undici"}.js`,
      },
    },
    plugins: [schemaValidators(), withoutPrograms(), leaveOut()],
    // What one bundle loads when it is needed, the other has at hand.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.write({
    dir: `${root}dist`,
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `${name}/[name]-[hash].${extension}`,
    // Packages that are loaded when needed are CommonJS too.
    dynamicImportInCjs: false,
    codeSplitting: { groups },
    // A quarter of what a command reads at its start; the sources have them.
    comments: false,
  });
  await bundle.close();
  return output;
}

function isExternal(id) {
  if (/^[./\0]/.test(id)) return false;
  const name = id.split("/", id.startsWith("@") ? 2 : 1).join("/");
  return isBuiltin(id) || Object.hasOwn(dependencies, name);
}

/** Commander starts no program of ours, and so needs none of what does. */
function withoutPrograms() {
  return {
    name: "without-programs",
    transform(code, id) {
      return /\/node_modules\/commander\//.test(id)
        ? code.replaceAll("require('node:child_process')", "{}")
        : null;
    },
  };
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
