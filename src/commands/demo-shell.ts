import { execFile } from "node:child_process";
import { PointsmanError } from "../errors.ts";
import { plural } from "../render/style.ts";
import type { Deps } from "./command.ts";

/** A shell that a person could sit at: says each command, runs it for real, shows what it printed. */
export interface DemoShell {
  /** A sentence between commands. */
  readonly say: (text: string) => void;
  /** Runs a command line as typed. @throws PointsmanError where it does not exit as expected */
  readonly type: (line: string, expectedExit?: number) => Promise<string>;
  /** Runs pointsman unseen, for its JSON. */
  readonly ask: (args: readonly string[]) => Promise<unknown>;
  /** @throws PointsmanError where a claim of the demo is not so */
  readonly expect: (claim: string, holds: boolean) => void;
}

/** @param folder where every command runs */
export function openDemoShell(folder: string, deps: Deps): DemoShell {
  const { bold, dim, green } = deps.style.colors;
  const [node = "", ...script] = deps.self;
  const color = bold("x") === "x" ? "never" : "always";

  const run = (
    program: string,
    args: readonly string[],
  ): Promise<{ code: number; output: string; stdout: string }> =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: environment(deps), maxBuffer: 64 * 1024 * 1024 };
      execFile(program, [...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: stderr + stdout, stdout });
      });
    });

  return {
    say: (text) => deps.print(`\n${text}\n`),
    async type(line, expectedExit = 0) {
      deps.print(`${dim("$")} ${bold(line)}\n`);
      const [program = "", ...args] = words(line);
      const done =
        program === "pointsman"
          ? await run(node, [...script, "--color", color, ...args])
          : await run(program, args);
      deps.print(done.output.replace(/^(?=.)/gm, "  "));
      if (done.code !== expectedExit) {
        throw new PointsmanError(
          "bug",
          `The demo failed: \`${line}\` exited ${done.code}, not ${expectedExit}.`,
        );
      }
      return done.output;
    },
    async ask(args) {
      const { code, stdout, output } = await run(node, [...script, "--format", "json", "--quiet", ...args]);
      if (code !== 0)
        throw new PointsmanError("bug", `The demo failed: ${args.join(" ")} exited ${code}: ${output}`);
      return JSON.parse(stdout) as unknown;
    },
    expect(claim, holds) {
      if (!holds) throw new PointsmanError("bug", `The demo failed: it is not so that ${claim}.`);
      deps.print(`  ${green("✓")} ${claim}\n`);
    },
  };
}

/** Settings of the person at the keyboard do not reach the demo: no remote, no hooks, no signing. */
function environment({ environment: own }: Deps): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => !/^(POINTSMAN_|PIPELINE_|GIT_|GITHUB_|CI_)/.test(name));
  return {
    ...Object.fromEntries(kept),
    // No remote of the official command line's either: there is no config in this folder.
    PIPELINE_DIR: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "init.defaultBranch",
    GIT_CONFIG_VALUE_0: "main",
    GIT_AUTHOR_NAME: "Demo",
    GIT_AUTHOR_EMAIL: "demo@localhost",
    GIT_COMMITTER_NAME: "Demo",
    GIT_COMMITTER_EMAIL: "demo@localhost",
  };
}

/** Splits a line as a shell would, of plain words and words in double quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** `3 pointers in 2.1 s` */
export function took(count: number, word: string, milliseconds: number): string {
  return `${plural(count, word)} in ${(milliseconds / 1000).toFixed(1)} s`;
}
