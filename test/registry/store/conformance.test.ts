import { openStore } from "../../../src/registry/store/open-store.ts";
import { aFolder } from "../a-registry.ts";
import { storeConformance } from "./conformance.ts";

storeConformance("SQLite", async () => {
  const folder = await aFolder();
  return { store: await openStore(folder), another: () => openStore(folder) };
});
