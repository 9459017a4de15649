import { PointsmanError } from "../errors.ts";
import type { TokenStore } from "./store/token-store.ts";

/**
 * A registry without anybody who may make tokens would be of no use, and an open one is none.
 * @param token the one that it is started with; null for none
 * @throws PointsmanError server-failed where nobody could administer it
 */
export async function demandAdministrator(tokens: TokenStore, token: string | null): Promise<void> {
  if (token !== null) {
    if (token.trim() !== "") return;
    throw new PointsmanError("server-failed", "the administrator's token is blank", {
      hint: "set POINTSMAN_TOKEN to a long random text",
    });
  }
  const known = await tokens.list();
  if (known.some(({ scopes, usernames }) => scopes.includes("admin") && usernames.includes("*"))) return;
  throw new PointsmanError(
    "server-failed",
    "the registry has no administrator: POINTSMAN_TOKEN is not set, and no token of its own is one",
    {
      hint:
        'export POINTSMAN_TOKEN="$(openssl rand -hex 24)", or make a first token in its data: ' +
        "pointsman tokens create NAME --admin --data DIR (or --database URL)",
    },
  );
}
