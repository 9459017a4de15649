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
      const schema = JSON.parse(await readFile(id.slice(1, -`${suffix}.js`.length), "utf8"));
      const ajv = new Ajv2020({
        allErrors: true,
        verbose: false,
        code: { source: true, esm: true, lines: true, formats: _`{}` },
      });
      const code = standaloneCode.default(ajv, ajv.compile(schema));
      // ajv's run-time helpers are CommonJS even in its ESM output.
      return code.replace(
        /const (\w+) = require\("([^"]+)"\)(\.default)?;/g,
        (all, name, path, isDefault) =>
          `import * as ${name}Module from "${path}.js";const ${name} = ${isDefault ? `(${name}Module.default.default ?? ${name}Module.default)` : `(${name}Module.default ?? ${name}Module)`};`,
      );
    },
  };
}
