import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cli, makeFolder, makeRepo, openRepo, pointerFile, token, type TestRepo } from "./kit.ts";

const good = pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" });
const file = "pointers/myuser/gptneo.yaml";
const config = "pointsman.yaml";

/** What validate says of the working tree and then of a commit, and that both find something. */
async function verdicts(repo: TestRepo): Promise<string[]> {
  repo.commit();
  return Promise.all(
    [["validate"], ["validate", "--ref", "HEAD"]].map(async (args) => {
      const ran = await repo.here(args);
      expect(ran.code).toBe(1);
      return ran.stdout + ran.stderr;
    }),
  );
}

describe("a pointer file", () => {
  const entry = (name: string, target: string): string => `pointers:\n  ${name}: ${target}\n`;
  const bombs = "bcdefghij".split("").map((c) => {
    const previous = String.fromCharCode(c.charCodeAt(0) - 1);
    return `${c}: &${c} [${Array<string>(9).fill(`*${previous}`).join(",")}]\n`;
  });
  const wrong: [what: string, content: string | Uint8Array, says: RegExp][] = [
    ["of 20 MB", "x".repeat(20_000_000), /1:1 error The file is larger than 1 MiB/],
    ["that is not UTF-8", new Uint8Array([0x70, 0x3a, 0x20, 0xff, 0xfe]), /1:1 error The file is not UTF-8/],
    ["that is binary", new Uint8Array(2000).map((_, i) => i % 251), /1:1 error/],
    ["with a tab", `pointers:\n\tmyuser/gptneo:latest: x\n`, /2:1 error A tab/],
    ["that is an alias bomb", `a: &a [x,x,x]\n${bombs.join("")}pointers: *j\n`, /1:\d error The anchor &a/],
    ["with __proto__ as a pointer", entry("__proto__", "pipeline_a"), /2:3 error "__proto__" is no/],
    ["with __proto__ as a key", `__proto__:\n  x: 1\n`, /1:1 error .*__proto__/],
    ["whose target is a number", entry("myuser/gptneo:latest", "42"), /2:25 error .*quotes/],
    ["whose target is a date", entry("myuser/gptneo:latest", "2024-01-01"), /2:25 error .*quotes/],
    ["with ANSI codes in a name", entry('"myuser/\\e[31mred:latest"', "p"), /2:3 error .*\\u\{1b\}\[31m/],
    [
      "with ANSI codes in a target",
      entry("a/b:cc", '"\\e]0;owned\\a\\n::error::x"'),
      /2:11 error .*\\u\{1b\}/,
    ],
    ["with a raw escape", entry("myuser/gptneo:la\u001b[31mtest", "p"), /2:3 error/],
    ["of a thousand brackets", `pointers: ${"[".repeat(999)}${"]".repeat(999)}\n`, /1:\d+ error/],
    ["of maps in maps", "{a: ".repeat(900) + "}".repeat(900), /1:\d+ error/],
  ];
  let said: string[];
  beforeAll(async () => {
    const files = wrong.map(([, content], i) => [`pointers/myuser/case-${i}.yaml`, content] as const);
    said = await verdicts(await makeRepo(Object.fromEntries(files)));
  });

  it.each(wrong.map(([what, , says], i) => [what, i, says] as const))(
    "%s is a problem with its place",
    (_, i, says) => {
      for (const text of said) {
        const lines = text.split("\n").filter((line) => line.startsWith(`pointers/myuser/case-${i}.yaml:`));
        expect(lines.join("\n")).toMatch(says);
      }
    },
  );

  it.each([
    ["a megabyte of brackets", "[".repeat(1024 * 1024), /nested too deeply/],
    ["half a megabyte of dashes", "- ".repeat(250_000), /error/],
    ["80,000 entries of one name", `pointers:\n${"  a/b:cc: dd\n".repeat(80_000)}`, /3:3 error .*twice/],
    [
      "15,000 targets that dangle",
      `pointers:\n${Array.from({ length: 15_000 }, (_, i) => `  myuser/gptneo:tag-${i}: myuser/gptneo:gone-${i}\n`).join("")}`,
      /2:\d+ error No pointer/,
    ],
  ])("of %s is judged in little memory", async (_, content, says) => {
    const repo = await makeRepo();
    await repo.write(file, content);
    const ran = await repo.run(["validate"]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(says);
  });

  it("with CRLF line ends or a byte order mark simply works", async () => {
    const repo = await makeRepo({
      "pointers/myuser/one.yaml": "pointers:\r\n  myuser/one:latest: myuser/one:v1\r\n",
      "pointers/myuser/two.yaml": "\u{feff}pointers:\n  myuser/two:latest: myuser/two:v1\n",
    });
    for (const args of [["validate"], ["validate", "--ref", "HEAD"]]) {
      expect(await repo.here(args)).toMatchObject({
        code: 0,
        stdout: "ok: 2 pointers in 2 files, no problems.\n",
      });
    }
  });

  it("with control characters in its path is a problem, and the path is shown harmless", async () => {
    const names = ["a\nb", "a\u001b[31mb", "a\u202eb"];
    const repo = await makeRepo(Object.fromEntries(names.map((name) => [`pointers/my/${name}.yaml`, good])));
    for (const text of await verdicts(repo)) {
      for (const shown of ["a\\u{a}b", "a\\u{1b}[31mb", "a\\u{202e}b"])
        expect(text).toContain(`pointers/my/${shown}.yaml:2:3 error`);
    }
    const formatted = await repo.here(["fmt"]);
    expect(formatted.code).toBe(0);
  });

  it("named .yml, or in upper case, is a problem", async () => {
    const repo = await makeRepo({ "pointers/myuser/a.yml": good, "pointers/myuser/b.YAML": good });
    for (const text of await verdicts(repo)) {
      expect(text).toMatch(/a\.yml:1:1 error Pointer files end in \.yaml/);
      expect(text).toMatch(/b\.YAML:1:1 error Pointer files end in \.yaml/);
    }
  });
});

describe("a symbolic link is not followed", () => {
  it.each([
    ["a file", file, "secret.yaml"],
    ["a folder", "pointers/myuser", "."],
    ["pointers itself", "pointers", "."],
    ["pointsman.yaml", config, "secret.yaml"],
  ])("that stands for %s", async (_, path, target) => {
    const outside = openRepo(await makeFolder());
    await outside.write("secret.yaml", "s3cret: |\n  s3cret-content\n");
    const repo = await makeRepo();
    await mkdir(join(repo.dir, path, ".."), { recursive: true });
    await symlink(join(outside.dir, target), join(repo.dir, path));
    for (const text of await verdicts(repo)) {
      expect(text).toContain(`${path}:1:1 error`);
      expect(text).toContain("link");
      expect(text).not.toContain("s3cret");
    }
    const set = await repo.here(["set", "myuser/gptneo:latest", "myuser/gptneo:v1"]);
    expect(set.code).toBe(1);
    expect(repo.git("status", "--porcelain")).toBe("");
    expect(await readdir(outside.dir)).toEqual(["secret.yaml"]);
  });

  it("on the way to root", async () => {
    const outside = await makeRepo({ [file]: good });
    const repo = await makeRepo({ [config]: "version: 1\nroot: services\n" });
    await symlink(outside.dir, join(repo.dir, "services"));
    for (const text of await verdicts(repo)) {
      expect(text).toMatch(/services\S* .*(link|is "root" right)/);
      if (text.includes("right")) expect(text).toContain("pointsman.yaml:2:7 error");
    }
  });
});

describe("pointsman.yaml", () => {
  it.each([
    ["of 20 MB", "x".repeat(20_000_000), /^pointsman\.yaml:1:1 error .*1 MiB/m],
    ["that is binary", new Uint8Array([0, 255, 254, 1]), /^pointsman\.yaml:1:1 error .*UTF-8/m],
    ["with an unknown key", "version: 1\nremoes: {}\n", /^pointsman\.yaml:2:1 error .*remoes/m],
    ["with __proto__", "version: 1\n__proto__: {}\n", /^pointsman\.yaml:2:1 error .*__proto__/m],
    ["with escapes in a name", 'version: 1\n"\\e[31m": 1\n', /^pointsman\.yaml:2:1 error .*\\u\{1b\}/m],
  ])("%s is a problem", async (_, content, says) => {
    const repo = await makeRepo({ [config]: content, [file]: good });
    for (const text of await verdicts(repo)) expect(text).toMatch(says);
  });

  it("does not make problems of the names that it calls external", async () => {
    const follows = pointerFile({ "myuser/gptneo:base": "research/base:stable" });
    const text = "version: 1\nexternal: [research/*:stable]\n";
    const repo = await makeRepo({ [config]: `${text}remoes: {}\n`, [file]: follows });
    expect((await repo.run(["validate"])).stdout).toMatch(/^1 problem in 1 file/m);
    await repo.write(config, text.replace("research", "other"));
    expect((await repo.run(["validate"])).stdout).toContain("[dangling]");
  });

  it("with a token in it has the token shown nowhere", async () => {
    const remotes = `remotes:\n  production:\n    url: https://a.example\n    token: ${token}\n`;
    const repo = await makeRepo({ [config]: `version: 1\n${remotes}`, [file]: good });
    const formats = ["text", "json", "markdown", "github", "sarif", "codequality"];
    for (const args of [...formats.map((format) => ["validate", "--format", format]), ["plan"]]) {
      const ran = await repo.here(args);
      expect(ran.code).toBe(1);
      expect(ran.stdout + ran.stderr).toContain("Revoke this one");
      expect(ran.stdout + ran.stderr).not.toContain(token);
    }
  });

  it("that is a folder is a problem", async () => {
    const repo = await makeRepo({ [`${config}/version.yaml`]: "version: 1\n", [file]: good });
    for (const text of await verdicts(repo)) expect(text).toMatch(/^pointsman\.yaml:1:1 error .*folder/m);
  });

  it.each([
    ["set", "myuser/gptneo:prod", "myuser/gptneo:v1"],
    ["remove", "myuser/gptneo:latest"],
    ["publish", "myuser/gptneo"],
    ["resolve", "myuser/gptneo:latest"],
    ["list"],
    ["plan"],
    ["sync", "--yes"],
    ["fmt"],
  ])("with problems stops %s, which would believe it", async (...args) => {
    const repo = await makeRepo({ [config]: "version: 1\nroot: services\ndefault: x\n", [file]: good });
    const ran = await repo.here(args);
    expect(ran.stderr).toMatch(/pointsman\.yaml:3:1/);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(repo.git("status", "--porcelain")).toBe("");
  });
});

describe("the working tree", () => {
  it("with a file for pointers/ has a problem", async () => {
    const repo = await makeRepo({ [config]: "version: 1\n", pointers: "x\n" });
    for (const text of await verdicts(repo)) expect(text).toMatch(/^pointers:1:1 error .*folder/m);
    expect((await repo.here(["set", "a/b:cc", "pipeline_a"])).stderr).toContain(
      "pointers/a/b.yaml cannot be written",
    );
  });

  it.each([[file], [config], ["pointers"], ["pointers/myuser"]])(
    "names %s that it may not read",
    async (path) => {
      const repo = await makeRepo({ [config]: "version: 1\n", [file]: good });
      await chmod(repo.dir, 0o755);
      await chmod(join(repo.dir, path), 0);
      const ran = await repo.run(["validate"], { asNobody: true, env: { POINTSMAN_GIT: "js" } });
      await chmod(join(repo.dir, path), 0o755);
      expect(ran.stderr).toContain(`${path} cannot be read`);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
    },
  );

  it("names the file that it may not write, and leaves nothing behind", async () => {
    const repo = await makeRepo({ [config]: "version: 1\n", [file]: good });
    await chmod(repo.dir, 0o755);
    const ran = await repo.run(["set", "myuser/gptneo:latest", "myuser/gptneo:v2"], {
      asNobody: true,
      env: { POINTSMAN_GIT: "js" },
    });
    expect(ran.stderr).toContain(`${file} cannot be written`);
    expect(ran.code).toBe(1);
    expect(repo.git("status", "--porcelain")).toBe("");
  });

  it("may have more files than a process may open", async () => {
    const many = Array.from({ length: 600 }, (_, i) => [
      `pointers/myuser/model-${i}.yaml`,
      pointerFile({ [`myuser/model-${i}:latest`]: `myuser/model-${i}:v1` }),
    ]);
    const repo = await makeRepo(Object.fromEntries(many) as Record<string, string>);
    const said = execFileSync("sh", ["-c", `ulimit -n 200; exec "${process.execPath}" "${cli}" validate`], {
      cwd: repo.dir,
      encoding: "utf8",
    });
    expect(said).toBe("ok: 600 pointers in 600 files, no problems.\n");
  });
});
