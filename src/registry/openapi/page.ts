import { answersOf, operations } from "./document.ts";
import type { Answer, Operation } from "./operation.ts";
import { type SchemaName, component, schemas } from "./schemas.ts";

/** The document as a page of its own: no script, nothing loaded from anywhere. */
export function documentPage(version: string): string {
  const calls = Object.entries(operations).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(method, path, operation)),
  );
  const shapes = Object.keys(schemas).map(
    (name) =>
      `<details id="${name}"><summary><code>${name}</code> ${escape(title(name as SchemaName))}</summary>` +
      `<pre>${escape(JSON.stringify(component(name as SchemaName), null, 2))}</pre></details>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>pointsman registry ${escape(version)}</title>
<style>${style}</style>
</head>
<body>
<h1>pointsman registry <small>${escape(version)}</small></h1>
<p>The v4 API. Calls need <code>Authorization: Bearer TOKEN</code> unless they say otherwise; errors are
<code>{"detail": …}</code>; every answer has <code>x-correlation-id</code>. For programs:
<a href="openapi.json">openapi.json</a>.</p>
<h2>Calls</h2>
${calls.join("\n")}
<h2>Shapes</h2>
${shapes.join("\n")}
</body>
</html>
`;
}

function section(method: string, path: string, operation: Operation): string {
  const { summary, description, scope, query = [], headers = [], body } = operation;
  const { refusals = {}, failures = [] } = operation;
  const rows = [
    ["Scope", scope === "open" ? "none: no token is needed" : (scope ?? "any token")],
    ["Query", query.map((name) => `<code>${escape(name)}</code>`).join(", ")],
    ["Headers", headers.map((name) => `<code>${escape(name)}</code>`).join(", ")],
    ["Body", body === undefined ? "" : link(body)],
    ...answersOf(operation).map(({ status, says, schema }) => [
      String(status),
      escape(says) + (schema === undefined ? "" : `: ${shape(schema)}`),
    ]),
    ...Object.entries(refusals).map(([status, says]) => [
      status,
      escape(says) + (failures.includes(Number(status)) ? `: ${link("Run")}, or an error` : ""),
    ]),
  ];
  const table = rows
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `<tr><th>${name}</th><td>${text}</td></tr>`)
    .join("");
  return (
    `<details><summary><b class="${method}">${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(summary)}</summary>` +
    `${description === undefined ? "" : `<p>${escape(description)}</p>`}<table>${table}</table></details>`
  );
}

function shape(schema: NonNullable<Answer["schema"]>): string {
  return typeof schema === "string" ? link(schema) : `a page of ${link(schema.pageOf)}`;
}

function link(name: string): string {
  return `<a href="#${name}">${name}</a>`;
}

function title(name: SchemaName): string {
  return schemas[name].title;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
summary { cursor: pointer; padding: .3rem 0 }
details { border-bottom: 1px solid #8884 }
b { display: inline-block; width: 4.5rem; font-size: .85rem }
th { text-align: left; vertical-align: top; padding-right: 1rem; font-weight: 600; white-space: nowrap }
pre { overflow-x: auto; background: #8881; padding: .7rem }
`;
