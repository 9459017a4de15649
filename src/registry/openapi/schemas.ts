import error from "../../wire/error.schema.json" with { type: "json" };
import health from "../../wire/health.schema.json" with { type: "json" };
import imageRegistry from "../../wire/image-registry.schema.json" with { type: "json" };
import newToken from "../../wire/new-token.schema.json" with { type: "json" };
import pipelineCreate from "../../wire/pipeline-create.schema.json" with { type: "json" };
import pipelinePatch from "../../wire/pipeline-patch.schema.json" with { type: "json" };
import pipeline from "../../wire/pipeline.schema.json" with { type: "json" };
import pointerCreate from "../../wire/pointer-create.schema.json" with { type: "json" };
import pointerEvent from "../../wire/pointer-event.schema.json" with { type: "json" };
import pointerPatch from "../../wire/pointer-patch.schema.json" with { type: "json" };
import pointerValue from "../../wire/pointer-value.schema.json" with { type: "json" };
import pointer from "../../wire/pointer.schema.json" with { type: "json" };
import runCreate from "../../wire/run-create.schema.json" with { type: "json" };
import run from "../../wire/run.schema.json" with { type: "json" };
import source from "../../wire/source.schema.json" with { type: "json" };
import startUpload from "../../wire/start-upload.schema.json" with { type: "json" };
import tokenCreate from "../../wire/token-create.schema.json" with { type: "json" };
import token from "../../wire/token.schema.json" with { type: "json" };
import uploadStarted from "../../wire/upload-started.schema.json" with { type: "json" };
import validToken from "../../wire/valid-token.schema.json" with { type: "json" };

/** The schemas of bodies, by their names in the document: a file x-y.schema.json is XY there. */
export const schemas = {
  Error: error,
  Health: health,
  ImageRegistry: imageRegistry,
  NewToken: newToken,
  Pipeline: pipeline,
  PipelineCreate: pipelineCreate,
  PipelinePatch: pipelinePatch,
  Pointer: pointer,
  PointerCreate: pointerCreate,
  PointerEvent: pointerEvent,
  PointerPatch: pointerPatch,
  PointerValue: pointerValue,
  Run: run,
  RunCreate: runCreate,
  Source: source,
  StartUpload: startUpload,
  Token: token,
  TokenCreate: tokenCreate,
  UploadStarted: uploadStarted,
  ValidToken: validToken,
} as const;

export type SchemaName = keyof typeof schemas;

/**
 * A schema as it stands in the document, where its references lead elsewhere. Its title describes it there:
 * generators of clients would name a class by a title.
 */
export function component(name: SchemaName): Record<string, unknown> {
  const { title: description, ...schema } = schemas[name];
  const text = JSON.stringify({ description, ...schema, $schema: undefined }).replace(
    /"\$ref":"([a-z-]+)\.schema\.json"/g,
    (_all, file: string) => `"$ref":"${reference(nameOf(file))}"`,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

export function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

function nameOf(file: string): string {
  return file.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
