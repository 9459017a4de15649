// undici for commands. Its parser is WebAssembly: Node 20 begins to optimise it after some four answers, and no process
// exits before that is done, 60 ms after its work is. It never pays: a plan of 100,000 pointers and a sync of 5,000
// changes take no longer without.
import { versions } from "node:process";
import { setFlagsFromString } from "node:v8";

if (versions.v8.startsWith("11.")) setFlagsFromString("--wasm-tiering-budget=2147483647");

export { Pool, buildConnector, errors } from "./undici.js";
