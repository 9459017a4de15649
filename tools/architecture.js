/**
 * What each folder of src/ may import, besides itself: `src` lists folders and files of src/ (and
 * "schemas"), `packages` lists packages and Node's own modules. Anything else is an error of the linter,
 * also in `import type` and `import()`. Of two paths that fit a file the later one counts.
 *
 * Data flows one way: git → pointer → rules → plan → sync → remotes; render stands beside it. The
 * first seven are pure: no files, network, clock or environment.
 */
export const architecture = {
  model: { src: [], packages: [] },
  wire: { src: [], packages: [] },
  // ajv: its types. What it compiles is made while building (schema-validators.js).
  pointer: { src: ["model", "errors.ts", "schemas"], packages: ["yaml", "fastest-levenshtein", "ajv"] },
  rules: { src: ["model", "pointer", "errors.ts"], packages: [] },
  plan: { src: ["model", "pointer", "errors.ts"], packages: [] },
  // The past of a repository, through the Repo port alone.
  history: { src: ["model", "pointer", "plan", "errors.ts", "profile.ts"], packages: [] },
  // CODEOWNERS, and what it means for chains. Pure.
  owners: { src: ["model", "plan", "errors.ts"], packages: [] },
  render: { src: ["model", "pointer", "errors.ts"], packages: ["fast-string-width", "picocolors"] },
  config: {
    src: ["model", "wire", "pointer", "errors.ts", "schemas"],
    packages: ["node:*", "node:*/*", "yaml"],
  },
  git: {
    src: ["model", "pointer", "errors.ts", "profile.ts"],
    packages: ["node:*", "node:*/*", "isomorphic-git"],
  },
  remotes: {
    src: ["model", "wire", "pointer", "errors.ts", "profile.ts", "waiting.ts", "exchange.ts"],
    packages: ["node:*", "node:*/*", "undici"],
  },
  // The embedded registry is loaded where it is asked for, in the same process.
  "remotes/embedded.ts": {
    src: ["model", "wire", "pointer", "errors.ts", "registry"],
    packages: ["node:*", "node:*/*"],
  },
  "remotes/embedded-runner.ts": {
    src: ["model", "wire", "pointer", "errors.ts", "registry"],
    packages: ["node:*", "node:*/*"],
  },
  registry: {
    src: ["model", "wire", "pointer", "errors.ts", "exchange.ts"],
    packages: ["node:*", "node:*/*", "fastify", "undici"],
  },
  "registry/store": {
    src: ["model", "wire", "pointer", "errors.ts"],
    packages: ["node:*", "node:*/*", "kysely", "libsql", "libsql/promise", "pg"],
  },
  // Routes, limits, logs: of the database they know only the store.
  "registry/http": {
    src: ["model", "wire", "pointer", "errors.ts"],
    packages: ["node:*", "node:*/*", "fastify", "pino", "prom-client", "rate-limiter-flexible"],
  },
  // What the API's document says.
  "registry/openapi": { src: ["wire"], packages: ["fastify"] },
  sync: {
    src: ["model", "pointer", "errors.ts", "remotes/remote-error.ts", "remotes/clock.ts"],
    packages: ["node:*", "node:*/*"],
  },
  // What commands share: the repository, its files at a commit, the remote they work on.
  workspace: {
    src: "model pointer rules plan history owners config git remotes errors.ts profile.ts schemas".split(" "),
    packages: ["node:*", "node:*/*"],
  },
  // What a CI tells of its job, and the forge's API. Of the remotes just how HTTP is spoken.
  ci: {
    src: [
      ..."model pointer errors.ts waiting.ts config/choose-proxy.ts".split(" "),
      ..."remotes/clock.ts remotes/remote-error.ts remotes/v4/http.ts remotes/v4/transport.ts remotes/v4/gate.ts".split(
        " ",
      ),
    ],
    packages: ["node:*", "node:*/*"],
  },
  commands: {
    src: "model pointer rules plan history render config git remotes registry sync workspace ci errors.ts profile.ts waiting.ts schemas".split(
      " ",
    ),
    packages: ["node:*", "node:*/*", "undici"],
  },
};

/** The table as overrides for oxlint's `no-restricted-imports`. */
export function importRules() {
  return [
    ...Object.entries(architecture).flatMap(([path, allowed]) =>
      filesOf(path).map((files) => override(path, files, files.split("/").length - 1, allowed)),
    ),
    restrict("src/errors.ts", [
      { group: ["**", "!./model/*"], message: "src/errors.ts may import only src/model." },
    ]),
    restrict("src/index.ts", [
      { group: ["./cli.ts"], message: "The library does not know the command line." },
    ]),
  ];
}

/** A line is of a file, of a folder and the folders in it, or of one of those alone. */
function filesOf(path) {
  if (path.endsWith(".ts")) return [path];
  return path.includes("/") ? [`${path}/*.ts`] : [`${path}/*.ts`, `${path}/*/*.ts`];
}

function override(path, files, depth, { src, packages }) {
  const up = "../".repeat(depth);
  const own = depth === 1 ? ["!./**"] : ["!./**", "!../**", "../../**"];
  const allowed = src.map((name) => {
    if (name === "schemas") return `!../${up}schemas/*`;
    return `!${up}${name}${name.endsWith(".ts") ? "" : "/**"}`;
  });
  const names = [...src.map((name) => (name === "schemas" ? name : `src/${name}`)), ...packages];
  const message = `src/${path} may import only ${["itself", ...names].join(", ")} (tools/architecture.js).`;
  // One group, in which the last pattern that fits decides: a second group would be cleared by the first.
  const group = [
    "**",
    ...own,
    ...allowed,
    ...packages.map((name) => `!${name}`),
    "node:process",
    ...roundabout,
  ];
  return restrict(`src/${files}`, [{ group, message }]);
}

/** Patterns see what is written, not where it leads. */
const roundabout = ["./**/../**", "../[a-z]*/**/../**", "../../[a-z]*/**/../**"];

function restrict(files, patterns) {
  const paths = [{ name: "ajv", allowTypeImports: true, message: "Import the schema, with ?validator." }];
  return {
    files: [`**/${files}`],
    rules: { "eslint/no-restricted-imports": ["error", { paths, patterns }] },
  };
}
