import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildProgram } from "../src/program.ts";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), "utf8");
const dockerfile = read("Dockerfile");
const compose = parse(read("docs/compose.yaml"));

/** The options that a command line of `serve` is understood as. */
async function served(words: readonly string[]) {
  const program = buildProgram(() => Promise.resolve());
  await program.parseAsync([...words], { from: "user" });
  return program.commands.find((command) => command.name() === "serve")!.opts();
}

describe("the Dockerfile", () => {
  test("copies what is there, and what .dockerignore lets through", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = ""]) =>
      files.split(" "),
    );
    const allowed = [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, file]) => file);
    expect(new Set(copied)).toEqual(new Set(allowed));
    expect(copied.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
  });

  test("starts the program that the package has, on all addresses, with data that outlives it", async () => {
    const { bin } = JSON.parse(read("package.json"));
    const [, entry] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
    expect(JSON.parse(entry!)).toEqual(["node", `/pointsman/${bin.pointsman}`]);
    const [, words] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    expect(await served(JSON.parse(words!))).toMatchObject({ host: "0.0.0.0", port: 8787, data: "/data" });
    expect(dockerfile).toMatch(/^VOLUME \/data$/m);
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });
});

describe("docs/compose.yaml", () => {
  const { registry, front } = compose.services;

  test("starts replicas with options that serve has", async () => {
    expect(await served(registry.command)).toMatchObject({
      host: "0.0.0.0",
      database: "postgres://pointsman@database/pointsman",
      trustProxy: true,
    });
    expect(registry.deploy.replicas).toBeGreaterThan(1);
    expect(Number.parseInt(registry.stop_grace_period, 10)).toBeGreaterThan(
      (await served(["serve"]))["shutdownTimeout"],
    );
  });

  test("takes secrets from the environment, and has none for want of one", () => {
    for (const name of ["POINTSMAN_TOKEN", "PGPASSWORD"]) {
      expect(registry.environment[name]).toMatch(new RegExp(`^\\$\\{${name}:\\?.+\\}$`));
    }
  });

  test("opens one port, that of what stands in front", () => {
    const open = Object.entries<{ ports?: string[] }>(compose.services).filter(([, { ports }]) => ports);
    expect(open).toEqual([["front", front]]);
  });
});
