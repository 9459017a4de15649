import type { TokenRemote } from "../model/remote-tokens.ts";
import type { Source } from "../model/source.ts";
import { v4Remote } from "./v4/v4-remote.ts";

/**
 * The registry in this process, on the files in `dataDir`. It speaks the same API as one over HTTP.
 * Its code is loaded here, so that nobody else pays for it.
 * @param options.source where the writes come from
 * @param options.create whether a registry is made where there is none; true if absent
 */
export async function embeddedRemote(
  dataDir: string,
  {
    source,
    create,
  }: { readonly source?: (() => Promise<Source>) | undefined; readonly create?: boolean } = {},
): Promise<TokenRemote> {
  const { openEmbedded } = await import("../registry/in-process.ts");
  const registry = await openEmbedded(dataDir, create);
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
