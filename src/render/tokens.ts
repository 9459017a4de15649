import type { RemoteToken } from "../model/remote-tokens.ts";
import { printable } from "../pointer/printable.ts";
import { renderTable } from "./table.ts";

/** A line for each token. */
export function renderTokens(tokens: readonly RemoteToken[]): string {
  const rows = tokens.map(({ name, id, usernames, scopes, created_at }) =>
    [name, usernames.join(", "), scopes.join(", "), dateOf(created_at), id].map(printable),
  );
  return rows.length === 0
    ? "No tokens.\n"
    : renderTable([["NAME", "USERNAMES", "SCOPES", "CREATED", "ID"], ...rows]);
}

function dateOf(seconds: number): string {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 10) : "";
}
