import type { Paths } from "./operation.ts";

const unknown = "no pipeline has that id";

/** The calls on pipelines, and on where their images are. */
export const pipelineOperations: Paths = {
  "/v4/pipelines": {
    get: {
      summary: "List pipelines",
      description: "By name and version; only those that the token may read.",
      scope: "read",
      query: ["skip", "limit", "name"],
      answer: { status: 200, says: "a page", schema: { pageOf: "Pipeline" } },
    },
    post: {
      summary: "Upload a pipeline",
      description: "Makes its next version pointer, name:vN, in the same moment.",
      scope: "write",
      headers: ["x-pointsman-source"],
      body: "PipelineCreate",
      answer: { status: 201, says: "the pipeline", schema: "Pipeline" },
      refusals: { 403: "the token may not write that name" },
    },
  },
  "/v4/pipelines/{id}": {
    get: {
      summary: "Get one pipeline",
      scope: "read",
      answer: { status: 200, says: "the pipeline", schema: "Pipeline" },
      refusals: { 404: unknown },
    },
    patch: {
      summary: "Change what may change of a pipeline",
      description:
        "Name, image, variables and extras are frozen. extras.endpoints, where its containers answer, takes the " +
        "scope admin.",
      scope: "write",
      headers: ["x-pointsman-source"],
      body: "PipelinePatch",
      answer: { status: 200, says: "the pipeline", schema: "Pipeline" },
      refusals: { 404: unknown },
    },
    delete: {
      summary: "Delete a pipeline",
      description: "Its version number is not given again.",
      scope: "write",
      query: ["force"],
      headers: ["x-pointsman-source"],
      answer: { status: 204, says: "it is gone" },
      refusals: {
        404: unknown,
        409: "pointers still reach it, by name; force hides them, but for those of usernames that the token is not for",
      },
    },
  },
  "/v4/registry": {
    get: {
      summary: "Where container images are pushed to",
      scope: null,
      answer: { status: 200, says: "the operator's image registry", schema: "ImageRegistry" },
    },
  },
  "/v4/registry/start-upload": {
    post: {
      summary: "Ask to push an image",
      scope: "write",
      body: "StartUpload",
      answer: { status: 201, says: "how to push it", schema: "UploadStarted" },
    },
  },
};
