import type { onRequestHookHandler } from "fastify";
import { extensionsHeader, ourExtensions } from "../../wire/extensions.ts";

/** Says in an answer what this registry can beyond the v4 API. */
export const advertise: onRequestHookHandler = (_request, reply, done) => {
  void reply.header(extensionsHeader, ourExtensions);
  done();
};
