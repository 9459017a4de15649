// A stand-in for a pipeline's container that does no work: what is measured is the way to it.
import { createServer } from "node:http";

const output = { type: "string", value: "y".repeat(200), file: null };
const answer = JSON.stringify({ inputs: null, outputs: [output], error: null });
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response
      .writeHead(200, { "content-type": "application/json", "content-length": answer.length })
      .end(answer);
  });
});
server.listen(0, "127.0.0.1", () => console.error(`http://127.0.0.1:${server.address().port}`));
