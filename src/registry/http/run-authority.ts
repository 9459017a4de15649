import type { RunRouteOptions } from "../gateway/run-routes.ts";
import { Refusal } from "../refusal.ts";
import { isName } from "../../pointer/target.ts";
import type { PointerStore } from "../store/pointer-store.ts";
import { demand } from "./caller.ts";

/**
 * Who may run what, and see which runs: whoever has the scope run for the name that was asked for, of a
 * pipeline's id for its name. What a pointer leads to is its owner's to say.
 */
export function runAuthority(
  pointers: PointerStore,
): Pick<RunRouteOptions, "resolve" | "authoriseRun" | "authoriseRead"> {
  return {
    resolve: ({ caller }, target) => {
      // Who may not run a name is not told whether there is one.
      if (isName(target)) demand(caller, "run", target);
      return pointers.resolve(target);
    },
    authoriseRun: ({ caller }, { pointer, pipeline }) => {
      if (pointer === null) demand(caller, "run", pipeline.name);
      return caller.token;
    },
    authoriseRead: async ({ caller }, run) => {
      if (caller.token === run.token || caller.usernames === null) return;
      const name = run.pointer ?? (await pointers.resolve(run.pipeline_id))?.pipeline.name;
      if (name === undefined) throw new Refusal(404, `no run has the id ${run.id}`);
      demand(caller, "run", name);
    },
  };
}
