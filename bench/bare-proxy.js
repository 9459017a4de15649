// The least that a proxy does: undici to the one upstream, both bodies passed through as they come.
import { createServer } from "node:http";
import { Pool } from "undici";

const pool = new Pool(process.argv[2], { connections: 256 });
const server = createServer((request, response) => {
  const { method, url: path } = request;
  const headers = {
    "content-type": request.headers["content-type"],
    "content-length": request.headers["content-length"],
  };
  pool
    .stream({ method, path, headers, body: request, opaque: response }, ({ statusCode, headers, opaque }) =>
      opaque.writeHead(statusCode, {
        "content-type": headers["content-type"],
        "content-length": headers["content-length"],
      }),
    )
    .catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => console.error(`http://127.0.0.1:${server.address().port}`));
