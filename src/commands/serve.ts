import { variable } from "../config/choose-remote.ts";
import { PointsmanError } from "../errors.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes } from "./command.ts";

export interface ServeOptions extends CommonOptions {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
}

/** The registry, until it is interrupted. */
export async function serve(options: ServeOptions, deps: Deps): Promise<CommandResult> {
  const token = variable("POINTSMAN_TOKEN", deps.environment);
  if (token === undefined) {
    throw new PointsmanError(
      "environment-invalid",
      "The registry's administrator needs a token: POINTSMAN_TOKEN is not set.",
      {
        hint: 'For example: export POINTSMAN_TOKEN="$(openssl rand -hex 24)"',
      },
    );
  }
  const dataDir = options.data ?? (await embeddedData(options.dir, deps));
  // Before it says that it listens: whoever reads that may stop it at once.
  const signal = deps.takeInterrupts();
  const { startRegistry } = await import("../registry/serve.ts");
  const registry = await startRegistry({ host: options.host, port: options.port, dataDir, token });
  deps.note(`The registry listens on ${registry.url}, with its data in ${dataDir}. Stop it with Ctrl-C.`);
  await new Promise<void>((stop) => {
    if (signal.aborted) stop();
    else signal.addEventListener("abort", () => stop(), { once: true });
  });
  await registry.close();
  return { exitCode: exitCodes.done, output: "" };
}

async function embeddedData(dir: string, { environment }: Deps): Promise<string> {
  const workspace = await openWorkspace(dir, environment).catch((error: unknown) => {
    if (error instanceof PointsmanError && error.code === "no-repository") return null;
    throw error;
  });
  if (workspace?.stateDir != null) return workspace.stateDir;
  throw new PointsmanError("usage", "Where shall the registry keep its data?", {
    hint: "Name a folder with --data DIR; in a pointer repository that `init` made, .pointsman/ is used.",
  });
}
