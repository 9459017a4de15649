import fc from "fast-check";

/** Pieces of text that mean something to a terminal, a table, a renderer of Markdown or a CI's log. */
const pieces = [
  ..."|`\\*_~<>&[]()!@#$:\"'{}^=-+.% \t\n\r\0".split(""),
  "\r\n",
  "\\|",
  "\\`",
  "``",
  "```",
  "\n\n",
  "::error file=x,line=1::",
  "\n::warning::",
  "##[error]",
  "%0A",
  "%25",
  "\u001b[31m",
  "\u001b]8;;https://evil.example\u0007",
  "\u009b2J",
  "\u202e",
  "\u2066",
  "\u200f",
  "\u200b",
  "\u2028",
  "\ud800",
  "<script>",
  "</details>",
  "</code>",
  "<!--",
  "-->",
  "[x](javascript:alert)",
  "![x](https://evil.example/x.png)",
  "[x]: https://evil.example",
  "[^1]",
  "@org/team",
  "#12",
  "https://evil.example/",
  "www.evil.example",
  "me@evil.example",
  "mailto:me@evil.example",
  "$x$",
  "$$",
  "**",
  "~~",
  "&lt;",
  "&#124;",
  "&#x7c;",
  "| --- |",
  "\n| a | b |",
  "\n# ",
  "\n- [x] ",
  "a",
  "é",
  "👍",
];

/** Text of a pull request, an author or a remote that would break out of where it is shown. Never blank. */
export const untrusted = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 4 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(""))
  .filter((text) => text.trim() !== "");
