import { describe, expect, test } from "vitest";
import { chooseProxy } from "../../src/config/choose-proxy.ts";

const proxy = "http://proxy.example.com:3128";
const url = "https://registry.example.com";

test.each([
  [proxy, proxy],
  ["http://proxy.example.com:3128/", proxy],
  ["proxy.example.com:3128", proxy],
  ["https://proxy.example.com", "https://proxy.example.com"],
])("HTTPS_PROXY=%s is %s", (text, shown) => {
  expect(chooseProxy(url, { HTTPS_PROXY: text })).toEqual({ url: shown, authorization: undefined });
});

test("the name in lower case counts first, and empty it means none", () => {
  expect(chooseProxy(url, { https_proxy: proxy, HTTPS_PROXY: "http://other:1" })?.url).toBe(proxy);
  expect(chooseProxy(url, { https_proxy: "", HTTPS_PROXY: proxy })).toBeUndefined();
  expect(chooseProxy(url, { HTTP_PROXY: proxy, http_proxy: proxy })).toBeUndefined();
});

test.each([
  ["ada:s3cret", "ada:s3cret"],
  ["ada:s%3Ac%40ret", "ada:s:c@ret"],
  ["ada:100%", "ada:100%"],
  ["ada", "ada:"],
])("%s@ is what the proxy is told, and no part of what may be shown", (written, said) => {
  const chosen = chooseProxy(url, { HTTPS_PROXY: `http://${written}@proxy.example.com:3128` });
  expect(chosen?.url).toBe(proxy);
  expect(Buffer.from(chosen?.authorization?.slice("Basic ".length) ?? "", "base64").toString()).toBe(said);
});

test.each([
  "http://127.0.0.1:8787",
  "http://localhost:8787",
  "https://127.0.0.1",
  "https://localhost:8443",
  "https://[::1]",
])("%s is this machine's, and goes through no proxy", (local) => {
  expect(chooseProxy(local, { HTTPS_PROXY: proxy })).toBeUndefined();
});

describe("NO_PROXY", () => {
  test.each([
    ["*", url],
    ["registry.example.com", url],
    ["example.com", url],
    [".example.com", url],
    ["*.example.com", url],
    ["other.org, Example.COM", url],
    ["other.org example.com:443", url],
    ["registry.example.com", "https://registry.example.com.:8443/prefix"],
    ["10.0.0.0/8", "https://10.1.2.3"],
    ["0.0.0.0/0", "https://10.1.2.3"],
    ["10.1.2.3/32", "https://10.1.2.3"],
    ["[fd00::1]:443", "https://[fd00::1]"],
    ["fd00::1", "https://[fd00::1]:8443"],
  ])("%s covers %s", (direct, at) => {
    expect(chooseProxy(at, { HTTPS_PROXY: proxy, NO_PROXY: direct })).toBeUndefined();
  });

  test.each([
    ["", url],
    ["ample.com", url],
    ["registry.example.com:8443", url],
    ["registry", url],
    ["example.com.evil.org", url],
    ["10.0.0.0/8", "https://11.1.2.3"],
    ["10.1.2.3/33", "https://10.1.2.2"],
    ["10.0.0.0/8", "https://10.example.com"],
  ])("%j does not cover %s", (direct, at) => {
    expect(chooseProxy(at, { HTTPS_PROXY: proxy, NO_PROXY: direct })?.url).toBe(proxy);
  });

  test("in lower case counts first", () => {
    const environment = { HTTPS_PROXY: proxy, NO_PROXY: "*", no_proxy: "other.org" };
    expect(chooseProxy(url, environment)?.url).toBe(proxy);
  });
});

test.each(["socks5://ada:s3cret@proxy:1080", "http://ada:s3cret@:3128", "http://ada:s3cret@proxy:99999"])(
  "%s names no proxy, and is not shown",
  (text) => {
    const choose = () => chooseProxy(url, { HTTPS_PROXY: text });
    expect(choose).toThrow(
      expect.objectContaining({
        code: "environment-invalid",
        message: "HTTPS_PROXY names no HTTP proxy.",
        hint: expect.not.stringContaining("s3cret"),
      }),
    );
  },
);
