import type { Problem, RuleText } from "../model/problem.ts";
import { visible } from "../pointer/printable.ts";

const root = "%SRCROOT%";

/**
 * Problems as a SARIF 2.1.0 log, for code scanning. Paths are relative to the root of the repository.
 * @param rules every rule that a problem may name
 * @param version pointsman's own
 */
export function sarifOf(
  problems: readonly Problem[],
  rules: Readonly<Record<string, RuleText>>,
  version: string,
): unknown {
  const ids = Object.keys(rules);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "pointsman",
            version,
            rules: Object.entries(rules).map(([id, { says, help }]) => ({
              id,
              shortDescription: { text: sentence(says) },
              fullDescription: { text: sentence(says) },
              help: { text: help, markdown: help },
              defaultConfiguration: { level: "error" },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [root]: { description: { text: "The root of the git repository." } } },
        results: problems.map(({ rule, severity, message, file, line, column }) => ({
          ruleId: rule,
          ...(ids.includes(rule) ? { ruleIndex: ids.indexOf(rule) } : {}),
          level: severity,
          message: { text: messageText(message) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(file), uriBaseId: root },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
        })),
      },
    ],
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** In a message `[text](address)` would be a link. */
function messageText(text: string): string {
  return visible(text).replace(/[\\[\]]/g, "\\$&");
}

/** A path as a relative URI: no step of it can be read as a scheme or a host. */
function uriOf(path: string): string {
  return path
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}
