import { randomBytes } from "node:crypto";
import type { Runner } from "../model/runner.ts";
import { httpRunner } from "./v4/http-runner.ts";

/**
 * Runs on the registry on the files in `dataDir`: it is served to this process alone, for as long as the
 * runner is open, on a port of this machine with a token that nobody else has.
 */
export async function embeddedRunner(dataDir: string): Promise<Runner> {
  const { startRegistry } = await import("../registry/serve.ts");
  const token = randomBytes(24).toString("hex");
  const registry = await startRegistry({ host: "127.0.0.1", port: 0, dataDir, token });
  const runner = httpRunner({ name: "embedded", url: registry.url, token });
  return {
    ...runner,
    close: async () => {
      await runner.close();
      await registry.close();
    },
  };
}
