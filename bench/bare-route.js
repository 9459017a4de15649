// The least that could answer for a pointer: a fastify route that gives one body, known beforehand.
//   node bench/bare-route.js JSON
import Fastify from "fastify";

const body = JSON.parse(process.argv[2]);
const app = Fastify();
app.get("/v4/pointers/*", async () => body);
process.stderr.write(`${await app.listen({ host: "127.0.0.1", port: 0 })}\n`);
process.once("SIGINT", () => void app.close());
