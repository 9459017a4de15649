import { onTestFinished } from "vitest";
import { Gateway } from "../../../src/registry/gateway/gateway.ts";
import { loopbackRules } from "../../../src/registry/gateway/upstream-rule.ts";
import { createMetrics } from "../../../src/registry/http/metrics.ts";
import { silentLog } from "../../../src/registry/http/log.ts";
import { servedApp } from "../../../src/registry/served-app.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";
import { aFolder, token } from "../a-registry.ts";

/** A served registry's app on an empty store, ready for `inject`. */
export async function anApp() {
  const store = await openStore(await aFolder());
  const log = silentLog;
  const gateway = new Gateway({ rules: loopbackRules, runs: store.runs, onError: () => undefined });
  const metrics = createMetrics();
  const app = servedApp({ store, token, log, metrics, gateway, isClosing: () => false });
  onTestFinished(async () => {
    await app.close();
    await gateway.close(0);
    await store.close();
  });
  await app.ready();
  return { app, store };
}

/** Its routes as the document writes them, each with who may call it. */
export async function routesOf() {
  const { app } = await anApp();
  // HEAD goes without saying: it is GET, less what it answers.
  const described = [...app.entries].filter(([route]) => !route.startsWith("HEAD "));
  return described.map(([route, entry]) => [
    route
      .replace(/\/\*$|\/:username\/:rest|:pointer/, (part) => `${part.startsWith("/") ? "/" : ""}{pointer}`)
      .replace(/:(\w+)/g, "{$1}"),
    entry,
  ]);
}
