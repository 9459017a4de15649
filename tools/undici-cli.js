// undici for commands. Its parser is WebAssembly: Node 20 begins to optimise it after some four answers, and no process
// exits before that is done, 70 ms after its work is. Most commands are over before it pays.
import { versions } from "node:process";
import { setFlagsFromString } from "node:v8";

if (versions.v8.startsWith("11.")) setFlagsFromString("--wasm-tiering-budget=50000000");

export { Pool, buildConnector, errors } from "./undici.js";
