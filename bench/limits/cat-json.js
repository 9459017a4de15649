// The same of a commit: git ls-tree, one git cat-file --batch, and JSON.parse.
// With a URL and a token also the raw pages of a remote's listing, with undici.
import { execFileSync } from "node:child_process";

const [folder = ".", url, token] = process.argv.slice(2);
const git = (args, input) => execFileSync("git", ["-C", folder, ...args], { input, maxBuffer: 1 << 30 });
const ids = git(["ls-tree", "-r", "HEAD", "--", "pointers"])
  .toString()
  .split("\n")
  .map((line) => line.slice(12, 52));
const output = git(["cat-file", "--batch"], ids.join("\n"));
let count = 0;
for (let at = 0; at < output.length;) {
  const end = output.indexOf(10, at);
  const size = Number(output.toString("latin1", at, end).split(" ")[2]);
  const { pointers } = JSON.parse(output.toString("utf8", end + 1, end + 1 + size));
  count += Object.keys(pointers).length;
  at = end + size + 2;
}
if (url !== undefined) count += await rows();
console.log(count);

async function rows() {
  const { request } = await import("undici");
  let [found, total] = [0, 1];
  while (found < total) {
    const answer = await request(`${url}/v4/pointers?skip=${found}&limit=1000`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const page = await answer.body.json();
    found += page.data.length;
    total = page.total;
  }
  return found;
}
