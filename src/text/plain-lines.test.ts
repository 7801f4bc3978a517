import { expect, test } from "bun:test";
import fc from "fast-check";
import { createPlainLines } from "./plain-lines.ts";

function plain(...chunks: readonly string[]): string {
  const lines = createPlainLines();
  return chunks.map((chunk) => lines.push(Buffer.from(chunk))).join("") + lines.end();
}

const cases: readonly (readonly [string, string, string])[] = [
  ["nothing", "", ""],
  ["lines of a terminal", "one\r\n\r\ntwo\r\n", "one\n\ntwo\n"],
  ["a last line without an end", "one\r\ntwo", "one\ntwo\n"],
  ["lines that were Windows' before", "one\r\r\ntwo\r\r\n", "one\ntwo\n"],
  ["colours and titles", "\u001b[31mred\u001b[0m\r\n\u001b]0;title\u0007x\r\n", "red\nx\n"],
  ["a progress bar", "10%\r20%\r\r\ndone\r\n", "10%\n20%\ndone\n"],
  ["one that returns first", "a\r\n\r10%\r20%\r\n", "a\n10%\n20%\n"],
  ["a tab", "a\tb\r\n", "a\tb\n"],
];
for (const [what, text, expected] of cases) {
  test(what, () => {
    expect(plain(text)).toBe(expected);
  });
}

test("how the bytes are cut does not matter", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "\r", "\n", "\t", "\u001b[31m") });
  fc.assert(
    fc.property(text, fc.nat(100), (whole, at) => {
      const bytes = Buffer.from(whole);
      const lines = createPlainLines();
      const cut =
        lines.push(bytes.subarray(0, at)) +
        lines.push(bytes.subarray(at, at + 1)) +
        lines.push(bytes.subarray(at + 1)) +
        lines.end();
      expect(cut).toBe(plain(whole));
    }),
  );
});

test("a line without an end does not take all memory", () => {
  const lines = createPlainLines();
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const out = Array.from({ length: 20 }, () => lines.push(chunk)).join("") + lines.end();
  expect(out.replaceAll("\n", "")).toBe("x".repeat(20 * 1024 * 1024));
});
