import { expect, onTestFinished, test } from "vitest";
import { openAccess } from "../../../src/registry/http/access.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";
import type { Author } from "../../../src/registry/store/store.ts";
import type { TokenStore } from "../../../src/registry/store/token-store.ts";
import { aFolder } from "../a-registry.ts";

const author: Author = { token: "token_1", name: "ci", source: null };

async function aTokenStore(): Promise<TokenStore> {
  const store = await openStore(await aFolder());
  onTestFinished(() => store.close());
  return store.tokens;
}

test("a token that is revoked while it is looked up is not remembered", async () => {
  const tokens = await aTokenStore();
  const { token } = await tokens.create({ name: "ci", usernames: ["*"], scopes: ["read"] }, author);
  const find: TokenStore["find"] = async (digest) => {
    const found = await tokens.find(digest);
    if (found !== null) {
      await tokens.revoke(found.id, author);
      access.forget();
    }
    return found;
  };
  const access = openAccess({ administrator: null, tokens: { ...tokens, find }, memory: 60_000 });
  expect(await access.find(token)).toMatchObject({ name: "ci" });
  expect(await access.find(token)).toBeNull();
});

test("tokens are remembered, right or wrong, but not however many are tried", async () => {
  const tokens = await aTokenStore();
  const asked: string[] = [];
  const find: TokenStore["find"] = async (digest) => {
    asked.push(digest);
    return null;
  };
  const access = openAccess({ administrator: null, tokens: { ...tokens, find }, memory: 60_000 });
  const tried = Array.from({ length: 10_001 }, (_, index) => `wrong ${index}`);
  for (const token of ["wrong 0", ...tried, "wrong 10000"]) await access.find(token);
  expect(asked).toHaveLength(tried.length);
  await access.find("wrong 0");
  expect(asked).toHaveLength(tried.length + 1);
});
