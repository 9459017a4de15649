import type { FastifyInstance } from "fastify";

/** Answers paths that are no route: 404, and 405 where one has the path for other methods, as FastAPI does. */
export function answerNoRoute(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const [path = ""] = request.url.split("?", 1);
    const fitting = [...app.entries.keys()].filter((route) => patternOf(route).test(path));
    if (fitting.length === 0) return reply.code(404).send({ detail: "Not Found" });
    const nearest = Math.min(...fitting.map(vagueness));
    const allowed = fitting.filter((route) => vagueness(route) === nearest).map(methodOf);
    return reply
      .code(405)
      .header("allow", [...new Set(allowed)].join(", "))
      .send({ detail: "Method Not Allowed" });
  });
}

/** A path that is written out counts before one with parts that may be anything. */
function vagueness(route: string): number {
  return route.includes("*") ? Infinity : route.split(":").length;
}

function methodOf(route: string): string {
  return route.slice(0, route.indexOf(" "));
}

function patternOf(route: string): RegExp {
  const path = route.slice(route.indexOf(" ") + 1);
  return new RegExp(`^${path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+").replace("*", ".+")}$`);
}
