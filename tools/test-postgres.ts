// Before all tests: a PostgreSQL server for those that need one. POINTSMAN_TEST_DATABASE_URL names one where
// tests may make and drop databases; else one is started of the programs that are installed, on a socket
// in a folder that goes away with it. Without either the tests say what they left out.
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** Where there is a server, or why there is none. */
export type TestPostgres = { readonly url: string } | { readonly missing: string };

declare module "vitest" {
  export interface ProvidedContext {
    postgres: TestPostgres;
  }
}

export function setup(project: TestProject): (() => void) | undefined {
  const given = process.env["POINTSMAN_TEST_DATABASE_URL"];
  const programs = newestPrograms();
  if (given !== undefined && given !== "") {
    project.provide("postgres", { url: given });
  } else if (programs === null) {
    const missing = "POINTSMAN_TEST_DATABASE_URL is not set and PostgreSQL is not installed";
    console.warn(`\nTests on PostgreSQL are left out: ${missing}.`);
    project.provide("postgres", { missing });
  } else {
    const { url, stop } = start(programs);
    project.provide("postgres", { url });
    return stop;
  }
  return undefined;
}

/** Debian keeps each version's programs in a folder, and only some of them on the path. */
function newestPrograms(): string | null {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(root, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

function start(programs: string): { url: string; stop: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-postgres-"));
  const owner = process.getuid?.() === 0 ? ownerOfServers() : null;
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(programs, program), args, {
      ...owner,
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  const stop = (): void => {
    run("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop");
    rmSync(folder, { recursive: true, force: true });
  };
  run(
    "initdb",
    "--pgdata",
    data,
    "--auth",
    "trust",
    "--username",
    "postgres",
    "--no-sync",
    "--encoding",
    "UTF8",
  );
  const options = `-k ${folder} -c listen_addresses='' -c max_connections=200`;
  run("pg_ctl", "--pgdata", data, "--options", options, "--log", join(folder, "log"), "--wait", "start");
  return { url: `postgres://postgres@${encodeURIComponent(folder)}/postgres`, stop };
}

/** The server refuses to run as root. */
function ownerOfServers(): { uid: number; gid: number } {
  const id = (what: string) => Number(execFileSync("id", [what, "postgres"]));
  return { uid: id("-u"), gid: id("-g") };
}
