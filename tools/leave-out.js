// What bundled packages ask for as they are loaded though nothing that we do with them needs it. A newer version
// that no longer asks for it stops the build: then its line here has to go.

const never = "{}";
/** Of a module of a package: what it requires, and the code that stands for that instead. */
const replaced = {
  "fastify/lib/server.js": { "node:http2": never },
  // Of plugins it checks which fastify they are for; we have none.
  "fastify/lib/plugin-utils.js": { semver: never },
  // Requests are read by validators compiled while building.
  "fastify/lib/schema-controller.js": {
    "@fastify/ajv-compiler": never,
    "@fastify/fast-json-stringify-compiler": never,
  },
  // It is given no logger.
  "fastify/lib/logger-factory.js": {
    "abstract-logging": "{ fatal() {}, error() {}, warn() {}, info() {}, debug() {}, trace() {} }",
    "./logger-pino.js": never,
  },
  // HTTP/2 is off unless asked for.
  "undici/lib/dispatcher/client.js": { "./client-h2.js": never },
};

/** A plugin of the bundler that leaves them out. */
export function leaveOut() {
  return {
    name: "leave-out",
    transform(code, id) {
      const requests = replaced[id.split("/node_modules/").at(-1)] ?? {};
      let rest = code;
      for (const [request, instead] of Object.entries(requests)) {
        const call = `require('${request}')`;
        if (!rest.includes(call)) throw new Error(`${id} no longer has ${call} (tools/leave-out.js).`);
        rest = rest.replaceAll(call, `(${instead})`);
      }
      return rest === code ? null : rest;
    },
  };
}
