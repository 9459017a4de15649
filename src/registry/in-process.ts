import { createApp } from "./http/app.ts";
import { openStore } from "./store/open-store.ts";

/** A request as HTTP would carry it. `url` begins with a slash; `body` is JSON text. */
export interface EmbeddedRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Header names are in lower case. */
export interface EmbeddedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Embedded {
  inject(request: EmbeddedRequest): Promise<EmbeddedResponse>;
  close(): Promise<void>;
}

/**
 * The registry in this process on the files in `dataDir`, without a socket and without a token: who may
 * read the folder may do anything with it. Other processes may have the folder open too.
 * @param create whether the files are made where they are missing
 * @throws PointsmanError server-failed where the folder cannot be used
 */
export async function openEmbedded(dataDir: string, create = true): Promise<Embedded> {
  const store = await openStore(dataDir, { create });
  const app = createApp({ store, access: null });
  return {
    inject: async ({ method, url, headers, body }) => {
      const answer = await app.inject({
        method,
        url,
        headers: { ...headers },
        ...(body === undefined ? {} : { payload: body }),
      });
      const texts = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
      return { status: answer.statusCode, headers: Object.fromEntries(texts), body: answer.payload };
    },
    close: async () => {
      await app.close();
      await store.close();
    },
  };
}
