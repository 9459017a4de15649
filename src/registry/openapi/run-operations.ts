import type { Operation, Paths } from "./operation.ts";

const run: Pick<Operation, "scope" | "body" | "failures"> = {
  scope: "run",
  body: "RunCreate",
  failures: [400, 502],
};
const refusals = {
  400: "the pipeline refuses its inputs; or this is no HTTP request",
  404: "no pipeline or pointer has that name",
  502: "the pipeline's container failed, is gone, or is none",
  503: "the container is still loading (see retry-after), none is set, or the registry is busy",
  504: "the container took too long",
};

/** The calls on runs. */
export const runOperations: Paths = {
  "/v4/runs": {
    post: {
      ...run,
      summary: "Run a pipeline, by a pointer's name or an id",
      description: "The name is resolved once, now: a run that has begun ends on that pipeline.",
      answer: { status: 200, says: "the run, done", schema: "Run" },
      also: { status: 202, says: "the run, begun: async_run was asked for", schema: "Run" },
      refusals,
    },
  },
  "/v4/runs/stream": {
    post: {
      ...run,
      summary: "Run a pipeline, and have its outputs as they come",
      answer: { status: 200, says: "a JSON object a line", type: "application/x-ndjson" },
      refusals,
    },
  },
  "/v4/runs/{id}": {
    get: {
      summary: "Get one run",
      description: "The newest runs are kept.",
      scope: "run",
      answer: { status: 200, says: "the run", schema: "Run" },
      refusals: { 404: "no run has that id" },
    },
  },
};
