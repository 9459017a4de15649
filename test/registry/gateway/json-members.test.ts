import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonMembers } from "../../../src/registry/gateway/json-members.ts";

test("each value is the text that was written", () => {
  const values = jsonMembers(
    ' { "a" : 12345678901234567890 , "b":[1.10, {"c":"}]\\"," }],"\\u0064": "\\\\" ,"a":1e400, "e":{} } ',
  );
  expect(Object.fromEntries(values)).toEqual({
    a: "1e400",
    b: '[1.10, {"c":"}]\\"," }]',
    d: '"\\\\"',
    e: "{}",
  });
  expect(jsonMembers(" {} ")).toEqual(new Map());
});

test("an object put together from its members is the same object", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(object, fc.constantFrom(undefined, 2, "\t"), (value, space) => {
      const values = jsonMembers(JSON.stringify(value, null, space));
      const parts = [...values].map(([name, text]) => `${JSON.stringify(name)}:${text}`);
      expect(JSON.parse(`{${parts.join(",")}}`)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
