import { describe } from "vitest";
import { openStore } from "../../../src/registry/store/open-store.ts";
import { aFolder } from "../a-registry.ts";
import { aDatabase, hasServer } from "./a-database.ts";
import { auditConformance } from "./audit-conformance.ts";
import { auditIn } from "./audit-rows.ts";
import { storeConformance } from "./conformance.ts";

for (const conformance of [storeConformance, auditConformance]) {
  conformance("SQLite", async () => opened(await aFolder()));
  describe.runIf(hasServer)("on a server", () => {
    conformance("PostgreSQL", async () => opened(await aDatabase()));
  });
}

async function opened(location: string) {
  return {
    store: await openStore(location),
    another: () => openStore(location),
    audit: () => auditIn(location),
  };
}
