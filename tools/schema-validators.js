import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { _ } from "ajv/dist/core.js";
import standaloneCode from "ajv/dist/standalone/index.js";

const suffix = "?validator";

/**
 * A rolldown and vite plugin: a JSON schema imported with `?validator` becomes ajv's standalone
 * code. Loading and compiling at run time would cost 90 ms of every command's start.
 */
export function schemaValidators() {
  return {
    name: "schema-validators",
    enforce: "pre",
    resolveId(source, importer) {
      if (!source.endsWith(`.schema.json${suffix}`)) return null;
      return `\0${resolve(dirname(importer), source.slice(0, -suffix.length))}${suffix}.js`;
    },
    async load(id) {
      if (!id.startsWith("\0") || !id.endsWith(`.schema.json${suffix}.js`)) return null;
      const file = id.slice(1, -`${suffix}.js`.length);
      this.addWatchFile(file);
      return validatorCode(JSON.parse(await readFile(file, "utf8")));
    },
  };
}

/**
 * A schema as the source of an ES module whose default export is its validator.
 * @throws where the schema is invalid, or ajv asks for a helper in a form not known here
 */
export function validatorCode(schema) {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    code: { source: true, esm: true, lines: true, formats: _`{}` },
  });
  const code = standaloneCode.default(ajv, ajv.compile(schema));
  // Ajv's run-time helpers are CommonJS even in its ESM output. Node sees their `exports.default` as
  // `default.default`, a bundler as `default`.
  const module = code.replace(
    /^const (\w+) = require\("(ajv\/dist\/runtime\/\w+)"\)\.default;$/gm,
    (_all, name, path) =>
      `import ${name}Module from "${path}.js";\nconst ${name} = ${name}Module.default ?? ${name}Module;`,
  );
  // Ajv copies all errors so far for each part of a schema that has some: 80,000 wrong entries take minutes.
  const appending = module.replaceAll("vErrors.concat(", "appended(vErrors, ");
  const left = /^const \w+ = require\(.*$/m.exec(module);
  if (left !== null) throw new Error(`schema-validators.js cannot turn this into an import: ${left[0]}`);
  return appending === module ? module : `${appending}\n${appended.toString()}\n`;
}

/** Puts errors behind others, in place. */
function appended(errors, more) {
  for (const error of more) errors.push(error);
  return errors;
}
