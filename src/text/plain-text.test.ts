import { expect, test } from "bun:test";
import fc from "fast-check";
import { plainText } from "./plain-text.ts";

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

test("the time grows with the text's length alone, whatever a child prints", () => {
  const openings = ["\u001b", "\u001b[", "\u001b]", "\u001bP", "\u009b", "\u009d", "\u001b(", "\u001b[0"];
  const fillings = ["", "0", " ", "a", "0 ", ";/"];
  // The processor's time, which does not grow when other programs keep it busy.
  const timeOf = (text: string) => {
    const start = process.cpuUsage();
    plainText(text);
    const { system, user } = process.cpuUsage(start);
    return (system + user) / 1000;
  };
  const growth = 8;
  const length = 8 * 1024;
  for (const opening of openings) {
    for (const filling of fillings) {
      for (const part of [filling, opening + filling]) {
        const make = (size: number) => opening + part.repeat(size / Math.max(1, part.length));
        const short = timeOf(make(length));
        // Where a part is looked through again and again, it takes 64 times as long: thousands of milliseconds.
        expect(timeOf(make(length * growth))).toBeLessThan(4 * growth * short + 50);
      }
    }
  }
});

test("text without control characters stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(plainText(text)).toBe(text);
    }),
  );
});
