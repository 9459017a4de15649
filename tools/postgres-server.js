import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Starts a PostgreSQL server of the programs that are installed, on a socket in a folder that goes away with it.
 * @returns {{ url: string, stop: () => void } | null} null where none are installed
 */
export function startPostgres() {
  const programs = newestPrograms();
  if (programs === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "pointsman-postgres-"));
  const owner = process.getuid?.() === 0 ? ownerOfServers() : null;
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  /** @type {(program: string, ...args: string[]) => void} */
  const run = (program, ...args) =>
    void execFileSync(join(programs, program), args, {
      ...owner,
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  const made = ["--auth", "trust", "--username", "postgres", "--no-sync", "--encoding", "UTF8"];
  run("initdb", "--pgdata", data, ...made);
  const options = `-k ${folder} -c listen_addresses='' -c max_connections=200`;
  run("pg_ctl", "--pgdata", data, "--options", options, "--log", join(folder, "log"), "--wait", "start");
  return {
    url: `postgres://postgres@${encodeURIComponent(folder)}/postgres`,
    stop: () => {
      run("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps each version's programs in a folder, and only some of them on the path. */
function newestPrograms() {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(root, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}

/** The server refuses to run as root. */
function ownerOfServers() {
  /** @type {(what: string) => number} */
  const id = (what) => Number(execFileSync("id", [what, "postgres"]));
  return { uid: id("-u"), gid: id("-g") };
}
