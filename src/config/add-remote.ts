import { PointsmanError } from "../errors.ts";
import { scalarText } from "../pointer/edit-entry.ts";
import { parseConfig } from "./parse-config.ts";

/**
 * pointsman.yaml's text with its first remote, as the default one, behind all that is there. Its token
 * comes from `POINTSMAN_TOKEN`: no token is ever in a file.
 * @throws PointsmanError `config-invalid` where it cannot be put there safely
 */
export function addRemote(file: string, text: string, name: string, url: string): string {
  const lines = [
    "remotes:",
    `  ${scalarText(name)}:`,
    `    url: ${scalarText(url)}`,
    "    token: ${POINTSMAN_TOKEN}",
    `default_remote: ${scalarText(name)}`,
    "",
  ];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const start = text === "" || text.endsWith("\n") ? text : text + newline;
  const edited = `${start}${start === "" ? "" : newline}${lines.join(newline)}`;
  const { config, problems } = parseConfig(file, edited);
  const added = config.remotes.get(name);
  if (problems.length > 0 || added?.url !== url || config.defaultRemote !== name) {
    throw new PointsmanError(
      "config-invalid",
      `${file} cannot be edited: write the remote into it yourself.`,
      {
        hint: lines.join("\n  ").trimEnd(),
      },
    );
  }
  return edited;
}
