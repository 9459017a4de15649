// The least that could send the requests of a file, 16 at a time as sync does, and read their answers: prints the milliseconds.
//   node bench/limits/send-requests.js URL FILE
import { readFileSync } from "node:fs";
import { Pool } from "undici";

const [url = "", file = ""] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(file, "utf8"));
const pool = new Pool(url, { connections: 16 });
const left = requests.values();
const began = performance.now();
const worker = async () => {
  for (const request of left) {
    const answer = await pool.request(request);
    const { pipeline_id } = await answer.body.json();
    if (pipeline_id === undefined) throw new Error(`${request.path}: ${answer.statusCode}`);
  }
};
await Promise.all(Array.from({ length: 16 }, worker));
console.log(performance.now() - began);
await pool.close();
