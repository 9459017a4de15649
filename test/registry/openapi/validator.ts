import { Ajv2020 } from "ajv/dist/2020.js";
import type { Json } from "./values.arbitrary.ts";

/** What of a value is not as a schema of an OpenAPI document says. */
export function validator(document: Json) {
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: "document", components: document.components });
  return (schema: object, value: unknown) => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"document#/');
    const validate = ajv.compile(JSON.parse(text));
    return validate(value) ? [] : validate.errors;
  };
}
