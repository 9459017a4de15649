// octoDNS beside pointsman on equivalent work. Kept out of the test suite: it needs Python.
//   python3 -m venv VENV && VENV/bin/pip install octodns
//   npm run build && node bench/peers/octodns.js VENV/bin [--sizes 1000,10000] [--runs 3]
// octoDNS plans YAML against YAML. What a record is there, a CNAME with one value, is a pointer with one target here.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { besidePeer } from "../beside-peer.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: "string", default: "1000,10000" }, runs: { type: "string", default: "3" } },
});
const [bin] = positionals;
if (bin === undefined) throw new Error("Which folder has octodns-validate and octodns-sync in it?");
await besidePeer("octoDNS", values.sizes.split(",").map(Number), Number(values.runs), (folder, size) => {
  const { same, moved } = makeZone(folder, size);
  const octodns = (program, config) => ({ program: join(bin, program), args: ["--config-file", config] });
  return {
    validate: octodns("octodns-validate", same),
    same: octodns("octodns-sync", same),
    moved: octodns("octodns-sync", moved),
  };
});

/** A zone of CNAMEs, and two targets for it. */
function makeZone(folder, size) {
  const zone = (differing) =>
    Array.from({ length: size }, (_, index) => {
      const value = index < differing ? "moved" : `model${index}`;
      return `tag-${String(index).padStart(7, "0")}:\n  type: CNAME\n  value: ${value}.example.net.\n`;
    }).join("");
  const paths = Object.entries({ source: 0, same: 0, moved: Math.ceil(size / 100) }).map(
    ([name, differing]) => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "example.com.yaml"), `---\n${zone(differing)}`);
      return name;
    },
  );
  const [, ...targets] = paths;
  return Object.fromEntries(
    targets.map((target) => {
      const provider = (name) => ({
        class: "octodns.provider.yaml.YamlProvider",
        directory: join(folder, name),
        enforce_order: false,
      });
      const config = join(folder, `${target}.json`);
      // JSON is YAML. What a plan may change is not what is compared.
      const plan = { "example.com.": { sources: ["config"], targets: ["target"] } };
      const settings = {
        config: provider("source"),
        target: { ...provider(target), update_pcent_threshold: 1 },
      };
      writeFileSync(config, JSON.stringify({ providers: settings, zones: plan }));
      return [target, config];
    }),
  );
}
