import { expect, test } from "vitest";
import { webUrl } from "../../src/git/web-url.ts";

test.each([
  ["https://git.example.com/team/model", "https://git.example.com/team/model"],
  ["https://git.example.com/team/model.git", "https://git.example.com/team/model"],
  ["https://git.example.com/team/model.git/", "https://git.example.com/team/model"],
  ["https://ada:s3cret@git.example.com/team/model.git", "https://git.example.com/team/model"],
  ["https://git.example.com/team/model?token=s3cret#s3cret", "https://git.example.com/team/model"],
  ["http://127.0.0.1:8080/team/model.git", "http://127.0.0.1:8080/team/model"],
  ["git@git.example.com:team/model.git", "https://git.example.com/team/model"],
  ["git.example.com:team/sub/model", "https://git.example.com/team/sub/model"],
  ["ssh://git@git.example.com:2222/team/model.git", "https://git.example.com/team/model"],
  ["ssh://git:s3cret@git.example.com/team/model.git", "https://git.example.com/team/model"],
  ["git://git.example.com/team/model.git", "https://git.example.com/team/model"],
  ["/srv/git/model.git", null],
  ["../model", null],
  ["C:\\models\\model", null],
  ["file:///srv/git/model.git", null],
  ["codecommit::eu-west-1://s3cret@model", null],
  ["ext::ssh -i key %S host", null],
  ["ext::connect-with-s3cret", null],
  ["https://", null],
  ["", null],
])("%s is %s on the web", (remote, url) => {
  expect(webUrl(remote)).toBe(url);
});
