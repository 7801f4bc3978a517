import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatDuration, formatLogLine, plainText } from "./format.ts";

const afternoon = "14:32:05.123";

test("a line tells when, how long since the start, whose it is, and what happened", () => {
  expect(formatLogLine(afternoon, 377.4, "auth-feature|out", "npm install")).toBe(
    "[14:32:05.123] [+377ms] [auth-feature|out] npm install\n",
  );
});

test.each([
  [0, "0s"],
  [0.4, "0s"],
  [-5, "0s"],
  [1, "1ms"],
  [333, "333ms"],
  [999.4, "999ms"],
  [999.5, "1s"],
  [1000, "1s"],
  [1111, "1.111s"],
  [1500, "1.5s"],
  [59_999, "59.999s"],
  [59_999.9, "1m0s"],
  [123_500, "2m3.5s"],
  [3_599_999, "59m59.999s"],
  [3_602_000, "1h0m2s"],
  [90_061_001, "25h1m1.001s"],
])("%p milliseconds are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("a duration says how long it was, to the millisecond", () => {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
  fc.assert(
    fc.property(fc.nat(10 ** 8), (milliseconds) => {
      const parts = [...formatDuration(milliseconds).matchAll(/([\d.]+)(ms|[hms])/g)];
      const sum = parts.reduce(
        (total, [, value, unit]) => total + Number(value) * units[unit as keyof typeof units],
        0,
      );
      expect(Math.round(sum)).toBe(milliseconds);
    }),
  );
});

test.each([
  ["a colour", "\u001b[1;32mok\u001b[0m", "ok"],
  ["the erasing of a line", "\u001b[2K\u001b[1Gdone", "done"],
  ["a private mode", "\u001b[?25lhidden\u001b[?25h", "hidden"],
  ["a window's title", "\u001b]0;title\u0007text", "text"],
  ["a link", "\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["a link that BEL ends", "\u001b]8;;https://example.org\u0007link", "link"],
  ["a title without an end, whose text stays", "\u001b]0;title", "0;title"],
  ["a title that a colour cuts short", "\u001b]0;title\u001b[1mtext", "0;titletext"],
  ["an image", "\u001bPq#0;2;0\u001b\\text", "text"],
  ["a string for the application", "\u001b_Gf=100;AAAA\u001b\\text", "text"],
  ["a private message and a string", "\u001b^one\u001b\\a\u001bXtwo\u001b\\b", "ab"],
  ["a colour in 8 bits", "\u009b1;32mok\u009b0m", "ok"],
  ["a title in 8 bits", "\u009d0;title\u009ctext", "text"],
  ["a colour that the line's end cuts", "ok\u001b[1;3", "ok"],
  ["a colour that another cuts", "\u001b[1;\u001b[32mok", "ok"],
  ["a sequence with bytes in between", "\u001b[0 qtext\u001b[!p", "text"],
  ["a character set", "\u001b(Btext", "text"],
  ["a saved cursor", "\u001b7text\u001b8", "text"],
  ["an escape alone", "a\u001b", "a"],
  ["bells, backspaces and NULs", "a\u0007b\bc\0d", "abcd"],
  ["the second control block and DEL", "a\u0085b\u0099c\u007fd", "abcd"],
  ["a line break", "a\nb\rc", "abc"],
  ["a tab, which stays", "a\tb", "a\tb"],
  ["a bracket, which stays", "[1;32m ok]", "[1;32m ok]"],
  ["other alphabets and emoji, which stay", "Zoë 日本 🚀", "Zoë 日本 🚀"],
])("%s in a child's output", (_what, text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test("a line of the log is one line of plain text, whatever a child prints", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\u001b", "\u001b[", "\u001b]", "\n", "\u009b"),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const line = formatLogLine(afternoon, 1, "shop|out", pieces.join(""));
      expect(line).toEndWith("\n");
      // oxlint-disable-next-line no-control-regex -- their absence is what is tested
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
    }),
  );
});

test("the time grows with the text's length alone, whatever a child prints", () => {
  const openings = ["\u001b", "\u001b[", "\u001b]", "\u001bP", "\u009b", "\u009d", "\u001b(", "\u001b[0"];
  const fillings = ["", "0", " ", "a", "0 ", ";/"];
  const started = performance.now();
  for (const opening of openings) {
    for (const filling of fillings) {
      const length = 64 * 1024;
      plainText(opening + filling.repeat(length / Math.max(1, filling.length)));
      plainText((opening + filling).repeat(length / (opening + filling).length));
      // They take much longer where a part is looked through again and again.
      expect(performance.now() - started).toBeLessThan(5000);
    }
  }
});

test("text without control characters is logged as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(plainText(text)).toBe(text);
    }),
  );
});
