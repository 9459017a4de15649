// DNSControl beside pointsman on equivalent work. Kept out of the test suite: it needs Go.
//   GOBIN=$PWD/BIN go install github.com/StackExchange/dnscontrol/v4@latest
//   npm run build && node bench/peers/dnscontrol.js BIN/dnscontrol [--sizes 1000,10000] [--runs 3]
// DNSControl plans a JavaScript file against a zone file (its BIND provider). What a record is there, a CNAME, is a
// pointer with one target here.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { besidePeer } from "../beside-peer.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: "string", default: "1000,10000" }, runs: { type: "string", default: "3" } },
});
const [program] = positionals;
if (program === undefined) throw new Error("Where is the program dnscontrol?");
await besidePeer("DNSControl", values.sizes.split(",").map(Number), Number(values.runs), (folder, size) => {
  const dnscontrol = (command, cwd) => ({ program: resolve(program), args: [command], cwd });
  const same = join(folder, "same");
  const moved = join(folder, "moved");
  makeZone(same, size);
  // Its own first push writes the zone as it wants to find it.
  const { status, stderr } = spawnSync(resolve(program), ["push"], { cwd: same, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`dnscontrol push: ${String(stderr)}`);
  cpSync(same, moved, { recursive: true });
  const zone = join(moved, "zones", "example.com.zone");
  writeFileSync(zone, readFileSync(zone, "utf8").replaceAll(/ model(\d+00)\./g, " moved$1."));
  return {
    validate: dnscontrol("check", same),
    same: dnscontrol("preview", same),
    moved: dnscontrol("preview", moved),
  };
});

function makeZone(folder, size) {
  mkdirSync(join(folder, "zones"), { recursive: true });
  const settings = { none: { TYPE: "NONE" }, bind: { TYPE: "BIND", directory: "zones" } };
  writeFileSync(join(folder, "creds.json"), JSON.stringify(settings));
  const records = Array.from(
    { length: size },
    (_, index) => `  CNAME("tag-${String(index).padStart(7, "0")}", "model${index}.example.net."),\n`,
  );
  const domain = 'D("example.com", NewRegistrar("none"), DnsProvider(NewDnsProvider("bind")),';
  writeFileSync(join(folder, "dnsconfig.js"), `${domain}\n${records.join("")}{no_ns: "true"});\n`);
}
