import { describe, expect, test } from "vitest";
import { addressKind } from "../../../src/registry/gateway/address-kind.ts";
import { endpointsIn, explainEndpoint, parseEndpoint } from "../../../src/registry/gateway/endpoints.ts";
import {
  allowsAddress,
  loopbackRules,
  parseUpstreamRule,
} from "../../../src/registry/gateway/upstream-rule.ts";

test.each([
  ["10.1.2.3", "ordinary"],
  ["192.168.0.9", "ordinary"],
  ["8.8.8.8", "ordinary"],
  ["fd12:3456::1", "ordinary"],
  ["2606:4700::1111", "ordinary"],
  ["::ffff:10.0.0.5", "ordinary"],
  ["127.0.0.1", "loopback"],
  ["127.9.9.9", "loopback"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:7f00:1", "loopback"],
  ["169.254.169.254", "special"],
  ["::ffff:169.254.169.254", "special"],
  ["::ffff:a9fe:a9fe", "special"],
  ["fe80::1", "special"],
  ["fe80::1%eth0", "special"],
  ["fd00:ec2::254", "special"],
  ["100.100.100.200", "special"],
  ["64:ff9b::7f00:1", "special"],
  ["2002:7f00:1::", "special"],
  ["::127.0.0.1", "special"],
  ["0.0.0.0", "never"],
  ["0.1.2.3", "never"],
  ["::", "never"],
  ["::ffff:0.0.0.0", "never"],
  ["224.0.0.1", "never"],
  ["255.255.255.255", "never"],
  ["ff02::1", "never"],
  ["no address", "never"],
])("the address %s is %s", (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

describe("--allow-upstream", () => {
  test.each([
    ["models.internal", { host: "models.internal", port: null }],
    ["Models.Internal:14300", { host: "models.internal", port: 14300 }],
    ["models.internal:80", { host: "models.internal", port: 80 }],
    ["10.0.0.5:8080", { host: "10.0.0.5", port: 8080 }],
    ["[fd12::0:1]:8080", { host: "fd12::1", port: 8080 }],
    ["169.254.169.254", { host: "169.254.169.254", port: null }],
    ["::1", { host: "::1", port: null }],
    ["FD12::0:8080", { host: "fd12::8080", port: null }],
    ["::ffff:10.0.0.5", { host: "::ffff:a00:5", port: null }],
  ])("takes %s", (text, rule) => {
    expect(parseUpstreamRule(text)).toEqual(rule);
  });

  test.each([
    "",
    "http://models.internal",
    "models.internal/path",
    "user@models.internal",
    "*.internal",
    "models.internal:99999",
    "10.0.0.0/8",
    "0.0.0.0",
    "0",
    "[::]",
    "::",
    "::1::2",
    "a:1:2",
    "224.0.0.1",
  ])("refuses %j", (text) => {
    expect(parseUpstreamRule(text)).toBeNull();
  });
});

describe("an endpoint, where only this machine is allowed", () => {
  const explain = (url: unknown) => explainEndpoint(url, loopbackRules);

  test.each([
    "http://localhost:14300",
    "http://127.0.0.1:14300/",
    "https://[::1]:14300",
    "http://LOCALHOST",
    "http://localhost:14300/models/gpt-neo",
    // Other spellings of an allowed address are that address.
    "http://2130706433:14300",
    "http://0x7f.1:14300",
  ])("may be %s", (url) => {
    expect(explain(url)).toBeNull();
  });

  test.each([
    "http://models.internal",
    "http://localhost.",
    "http://localhost.evil.example",
    "http://10.0.0.1",
    "http://0.0.0.0:14300",
    "http://0:14300",
    "http://[::]:14300",
    "http://[::ffff:127.0.0.1]:14300",
    "http://169.254.169.254/latest",
    "http://2852039166",
    "http://[::ffff:a9fe:a9fe]",
    "http://127.0.0.2",
  ])("may not be %s: its host is not allowed", (url) => {
    expect(explain(url)).toMatch(/--allow-upstream/);
  });

  test.each([
    7,
    null,
    "",
    "localhost:14300",
    "ftp://localhost",
    "file:///etc/passwd",
    "unix:/run/docker.sock",
    "http://user@localhost",
    "http://user:secret@localhost",
    "http://localhost?x=1",
    "http://localhost#x",
    "http://localhost/v4/files/download",
    "http://localhost/a/v4",
    "http://localhost/a%2f..%2fb",
    "http://localhost/a//b",
    `http://localhost/${"a".repeat(1024)}`,
  ])("may not be %.50j", (url) => {
    expect(explain(url)).toMatch(/^An endpoint/);
  });

  test("a rule with a port is for that port", () => {
    const rules = [{ host: "localhost", port: 80 }];
    expect(explainEndpoint("http://localhost", rules)).toBeNull();
    expect(explainEndpoint("http://localhost:14300", rules)).toMatch(/localhost:14300 is not among/);
    expect(explainEndpoint("https://localhost", rules)).toMatch(/not among/);
  });
});

describe("where a connection goes", () => {
  const rules = ["localhost", "models.internal:14300", "169.254.7.7", "127.0.0.1:9000"].map((text) =>
    parseUpstreamRule(text)!,
  );

  test.each([
    ["models.internal", 14300, "10.0.0.5", true],
    ["models.internal", 14301, "10.0.0.5", false],
    ["other.internal", 14300, "10.0.0.5", false],
    // A name that somebody made to stand for this machine, or for a metadata service.
    ["models.internal", 14300, "127.0.0.1", false],
    ["models.internal", 14300, "::1", false],
    ["models.internal", 14300, "::ffff:127.0.0.1", false],
    ["models.internal", 14300, "169.254.169.254", false],
    ["models.internal", 14300, "0.0.0.0", false],
    ["models.internal", 14300, "64:ff9b::a9fe:a9fe", false],
    // Unless that address is allowed as such.
    ["models.internal", 14300, "169.254.7.7", true],
    ["localhost", 14300, "127.0.0.1", true],
    ["localhost", 14300, "::1", true],
    ["localhost", 14300, "169.254.169.254", false],
    ["127.0.0.1", 9000, "127.0.0.1", true],
    ["127.0.0.1", 9001, "127.0.0.1", false],
  ])("%s:%i at %s: %s", (host, port, address, allowed) => {
    expect(allowsAddress(rules, host, port, address)).toBe(allowed);
  });
});

test("endpoints are read once each, whatever else the extras hold", () => {
  const endpoints = ["http://a:1", "http://a:1", 7, "https://b/models/x/"];
  expect(endpointsIn({ endpoints, other: true })).toEqual(["http://a:1", "https://b/models/x/"]);
  for (const extras of [undefined, null, [], { endpoints: "http://a" }])
    expect(endpointsIn(extras)).toEqual([]);
  expect(["HTTP://A:1/", "https://b:443/models/x/"].map(parseEndpoint)).toEqual([
    { url: "http://a:1", origin: "http://a:1", prefix: "" },
    { url: "https://b/models/x", origin: "https://b", prefix: "/models/x" },
  ]);
});
