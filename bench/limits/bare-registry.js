// The least that could answer for pointers: fastify's own validation and no writing; pages as SQLite has them.
//   node bench/limits/bare-registry.js FILE
import Fastify from "fastify";
import Database from "libsql";

const database = new Database(process.argv[2]);
const page = database.prepare(
  "SELECT id, pointer, pipeline_id, locked FROM pointers ORDER BY pointer LIMIT ? OFFSET ?",
);
const app = Fastify();
const target = { type: ["string", "null"], minLength: 1, maxLength: 1024 };
const fields = { pointer_or_pipeline_id: target, locked: { type: ["boolean", "null"] } };
const create = {
  type: "object",
  required: ["pointer"],
  properties: { pointer: { type: "string" }, ...fields },
};
app.post("/v4/pointers", { schema: { body: create } }, async ({ body }, reply) =>
  reply.code(201).send({ id: "pointer_0", pointer: body.pointer, pipeline_id: "pipeline_0", locked: false }),
);
app.patch(
  "/v4/pointers/*",
  { schema: { body: { type: "object", properties: fields } } },
  async ({ params }) => ({
    id: "pointer_0",
    pointer: params["*"],
    pipeline_id: "pipeline_0",
    locked: false,
  }),
);
app.get("/v4/pointers", async ({ query }, reply) => {
  const data = page.all([Number(query.limit), Number(query.skip)]);
  return reply.type("application/json").send(JSON.stringify({ data }));
});
process.stderr.write(`${await app.listen({ host: "127.0.0.1", port: 0 })}\n`);
process.once("SIGINT", () => void app.close());
