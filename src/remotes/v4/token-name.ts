import tokenCreate from "../../wire/token-create.schema.json" with { type: "json" };

const pattern = new RegExp(tokenCreate.properties.name.pattern);

/** Whether a registry takes it as the name of a token. */
export function isTokenName(text: string): boolean {
  return pattern.test(text);
}
