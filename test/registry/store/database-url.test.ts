import { expect, onTestFinished, test, vi } from "vitest";
import { explainDatabaseUrl, withPlainMode } from "../../../src/registry/store/database-url.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";

const database = "postgres://ada@database/pointers";

test("a mistyped way to TLS is refused, not passed over: the connection would not be encrypted", () => {
  expect(explainDatabaseUrl(`${database}?sslmod=require`)).toMatch(/one of ssl, sslmode, /);
  expect(explainDatabaseUrl(`${database}?SSLMODE=require`)).toMatch(/one of ssl, sslmode, /);
  expect(explainDatabaseUrl(`${database}?sslmode=verify-ful`)).toMatch(/one of disable, .*verify-full/);
  expect(explainDatabaseUrl(`${database}?sslmode=`)).toMatch(/one of disable, /);
  expect(
    explainDatabaseUrl(`${database}?sslmode=verify-full&sslrootcert=/ca.pem&channel_binding=require`),
  ).toBeNull();
});

test.each(["prefer", "require", "verify-ca"])("the driver is told of %s as what it is taken for", (mode) => {
  expect(withPlainMode(`${database}?a=b&sslmode=${mode}&c=d`)).toBe(
    `${database}?a=b&sslmode=verify-full&c=d`,
  );
  expect(withPlainMode(`${database}?sslmode=${mode}`)).toBe(`${database}?sslmode=verify-full`);
  const compatible = `${database}?uselibpqcompat=true&sslmode=${mode}`;
  expect(withPlainMode(compatible)).toBe(compatible);
});

test("the driver has nothing to warn of", async () => {
  const warned = vi.spyOn(process, "emitWarning");
  onTestFinished(() => warned.mockRestore());
  await expect(openStore("postgres://ada@127.0.0.1:1/pointers?sslmode=require")).rejects.toThrow(
    "ECONNREFUSED",
  );
  expect(warned).not.toHaveBeenCalled();
});

test("what else a database's URL says is left as it is", () => {
  for (const url of [
    database,
    `${database}?sslmode=disable`,
    "postgres:///p?host=/run/a b&sslmode=no-verify",
  ]) {
    expect(withPlainMode(url)).toBe(url);
  }
});
