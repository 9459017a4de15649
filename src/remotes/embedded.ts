import type { TokenRemote } from "../model/remote-tokens.ts";
import type { Source } from "../model/source.ts";
import { v4Remote } from "./v4/v4-remote.ts";

/**
 * The registry in this process, on the files in `dataDir`. It speaks the same API as one over HTTP.
 * Its code is loaded here, so that nobody else pays for it.
 * @param source where the writes come from
 */
export async function embeddedRemote(dataDir: string, source?: () => Promise<Source>): Promise<TokenRemote> {
  const { openEmbedded } = await import("../registry/in-process.ts");
  const registry = await openEmbedded(dataDir);
  return v4Remote({
    name: "embedded",
    url: "embedded:",
    source,
    transport: {
      send: (request) => registry.inject({ ...request, url: request.path }),
      close: () => registry.close(),
    },
  });
}
