// What validate, plan and sync cost for many pointers, against the same writes by hand in the same run:
//   npm run build && node bench/scale.js [POINTERS]
// Whole processes against a real registry over HTTP on this machine.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";

const cli = fileURLToPath(new URL("../dist/cli.cjs", import.meta.url));
const count = Number(process.argv[2] ?? 10_000);
const token = "bench";
const folder = mkdtempSync(join(tmpdir(), "pointsman-bench-"));
const registry = spawn(process.execPath, [cli, "serve", "--port", "0", "--data", join(folder, "data")], {
  env: { ...process.env, POINTSMAN_TOKEN: token },
  stdio: ["ignore", "ignore", "pipe"],
});
try {
  let said = "";
  while (!/http:\S+?(?=,)/.test(said)) said += String((await once(registry.stderr, "data"))[0]);
  await measure(/http:\S+?(?=,)/.exec(said)?.[0] ?? "");
} finally {
  registry.kill("SIGINT");
  await once(registry, "close");
  rmSync(folder, { recursive: true, force: true });
}

async function measure(url) {
  const pool = new Pool(url, { connections: 16 });
  const send = async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await pool.request({ method, path, headers, body: JSON.stringify(body) });
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${await answer.body.text()}`);
    return answer.body.json();
  };
  const families = Array.from({ length: Math.ceil(count / 25) }, (_, index) => `team/model${index}`);
  for (const name of families) await send("POST", "/v4/pipelines", { name, image: name });

  const names = Array.from({ length: count }, (_, index) => [families[index % families.length], index]);
  const byHand = await timed(async () => {
    const left = names.map(([family, index]) => [`${family}:hand${index}`, `${family}:v1`]);
    const worker = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        await send("POST", "/v4/pointers", { pointer: next[0], pointer_or_pipeline_id: next[1] });
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
  });
  await pool.close();
  row(`${count} POSTs by hand`, byHand);

  const repo = join(folder, "repo");
  mkdirSync(join(repo, "pointers/team"), { recursive: true });
  for (const family of families) {
    const own = names
      .filter(([of]) => of === family)
      .map(([, index]) => `  ${family}:tag${index}: ${family}:v1\n`);
    writeFileSync(join(repo, "pointers", `${family}.yaml`), `pointers:\n${own.join("\n")}`);
  }
  const git = (...args) => execFileSync("git", ["-C", repo, ...args]);
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=Bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "-m", "All pointers");
  const env = { ...process.env, POINTSMAN_URL: url, POINTSMAN_TOKEN: token };
  for (const args of [["validate"], ["plan"], ["sync", "--yes"], ["plan"], ["sync", "--yes"]]) {
    const ms = await timed(async () => {
      execFileSync(process.execPath, [cli, ...args], { cwd: repo, env, stdio: ["ignore", "pipe", "ignore"] });
    });
    row(args[0], ms, `${(ms / byHand).toFixed(2)} of the writes by hand`);
  }
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function row(what, ms, more = "") {
  console.log(`${what.padEnd(24)} ${String(Math.round(ms)).padStart(6)} ms  ${more}`);
}
