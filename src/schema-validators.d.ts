/**
 * `import validate from "…/x.schema.json?validator"` gives ajv's validator for that schema,
 * compiled while building (tools/schema-validators.js): ajv itself is not loaded at run time.
 */
declare module "*.schema.json?validator" {
  import type { ErrorObject } from "ajv";
  const validate: { (data: unknown): boolean; errors?: ErrorObject[] | null };
  export default validate;
}
