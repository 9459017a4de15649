import type { GatewayLimits } from "../../../src/registry/gateway/limits.ts";
import type { ServeOptions } from "../../../src/registry/serve.ts";
import { type Answer, type Call, aRegistry } from "../a-registry.ts";

/**
 * A registry with one pipeline `u/p` for each list of endpoints: v1, v2, …, and `u/p:live` on the first.
 * @param rules what `--allow-upstream` says
 */
export async function aGateway(
  endpoints: readonly (readonly string[])[],
  limits: Partial<GatewayLimits> = {},
  {
    dataDir,
    patience,
    ...gateway
  }: Pick<Partial<ServeOptions>, "dataDir" | "patience"> &
    Omit<NonNullable<ServeOptions["gateway"]>, "limits"> = {},
) {
  const registry = await aRegistry(dataDir, {
    gateway: { limits, ...gateway },
    ...(patience === undefined ? {} : { patience }),
  });
  const { call } = registry;
  const ids: string[] = [];
  for (const [at, urls] of endpoints.entries()) ids.push(await uploadOn(call, urls, at + 1));
  await call("POST", "/v4/pointers", { pointer: "u/p:live", pointer_or_pipeline_id: ids[0] });
  const run = (body: object = {}): Promise<Answer> =>
    call("POST", "/v4/runs", { pipeline: "u/p:live", ...body });
  const move = (id: string) =>
    call("PATCH", "/v4/pointers/u/p:live", { pointer_or_pipeline_id: id, locked: false });
  return { ...registry, ids, run, move };
}

async function uploadOn(call: Call, endpoints: readonly string[], version = 1): Promise<string> {
  const extras = endpoints.length === 0 ? {} : { extras: { endpoints } };
  const { body } = await call("POST", "/v4/pipelines", { name: "u/p", image: `u/p:${version}`, ...extras });
  return body.id;
}

/** The value of a run's only output. */
export function outputOf({ body }: Answer): unknown {
  return body.outputs[0].value;
}
