import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createTerminalText, createViewersText } from "./terminal-text.ts";

function viewed(...chunks: readonly (string | Uint8Array)[]): string {
  const text = createViewersText();
  return chunks.map((chunk) => text.push(Buffer.from(chunk))).join("") + text.end();
}

describe("what a viewer's terminal gets", () => {
  test.each([
    [
      "text, tabs, returns and backspaces",
      "a\tb\r\nZoë 日本 🚀 50%\r60%\b",
      "a\tb\r\nZoë 日本 🚀 50%\r60%\b",
    ],
    [
      "colours",
      "\u001b[1;31mred\u001b[0m \u001b[38:2::1:2:3mx\u001b[m",
      "\u001b[1;31mred\u001b[0m \u001b[38:2::1:2:3mx\u001b[m",
    ],
    [
      "simple moves",
      "\u001b[2A\u001b[1G\u001b[K\u001b[2J\u001b[H\u001b[3;4H",
      "\u001b[2A\u001b[1G\u001b[K\u001b[2J\u001b[H\u001b[3;4H",
    ],
    ["colours that stay on end with the output", "\u001b[31mred", "\u001b[31mred\u001b[0m"],
    ["a colour in 8 bits, as one in 7", "\u009b31mred\u009bm", "\u001b[31mred\u001b[m"],
  ])("%s", (_what, text, expected) => {
    expect(viewed(text)).toBe(expected);
  });

  test.each([
    ["where is the cursor", "\u001b[6n"],
    ["what are you", "\u001b[c"],
    ["room for letters, whose last byte is the first that ends a sequence", "\u001b[3@"],
    ["the same, longer", "\u001b[>0c"],
    ["and its name", "\u001b[>0q"],
    ["settings", "\u001b[?25$p"],
    ["settings as a string", "\u001bP$qm\u001b\\"],
    ["the background", "\u001b]11;?\u0007"],
    ["a size", "\u001b[18t"],
    ["the mouse", "\u001b[?1003h"],
    ["a hidden cursor", "\u001b[?25l"],
    ["another screen", "\u001b[?1049h"],
    ["keys", "\u001b[>4;2m\u001b[>1u\u001b[?u"],
    ["insert mode", "\u001b[4h"],
    ["a title", "\u001b]0;title\u0007"],
    ["a title in 8 bits", "\u009d0;title\u009c"],
    ["a clipboard", "\u001b]52;c;aGk=\u001b\\"],
    ["an image", "\u001b_Gf=100;AAAA\u001b\\"],
    ["a private message, and a string", "\u001b^private\u001b\\\u001bXstring\u001b\\"],
    ["a string that another escape ends", "\u001b]0;title\u001b[6n"],
    ["strings that are given up", "\u001b]0;title\u0018\u001b]0;title\u001a"],
    ["a reset", "\u001bc\u001b[!p"],
    ["character sets", "\u001b(0\u001b)0\u000e\u000f\u001b%G"],
    ["a scrolling region, and what has scrolled away", "\u001b[2;5r\u001b[3J\u001b[03J"],
    ["a bell, an enquiry, a delete", "\u0007\u0005\u007f"],
    ["other controls in 8 bits", "\u0085\u0084\u0090+q\u009c"],
    ["a sequence without an end", `\u001b[${"1;".repeat(1000)}m`],
  ])("not: %s", (_what, text) => {
    expect(viewed("before", text, "after")).toBe("beforeafter");
  });

  test("a string without an end hides its line alone", () => {
    expect(viewed("\u001b]0;a title\r\nnext\r\n")).toBe("\nnext\r\n");
  });

  test("bytes that are no text become replacement characters, and no controls", () => {
    expect(viewed(Uint8Array.of(0x61, 0x9b, 0x36, 0x6e, 0x62))).toBe("a\ufffd6nb");
  });
});

const piece = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\u001b",
    "\u001b[",
    "\u001b]",
    "\u001bP",
    "\u009b",
    "\u009d",
    "\u009c",
    "\u0007",
    "\n",
    "é",
    "🚀",
  ),
  fc.constantFrom("\u001b[31m", "\u001b[6n", "\u001b[?25l", "\u001b[2K", "\u001b\\", "m", "n", "?", ";", "1"),
);
// oxlint-disable-next-line no-control-regex -- they are control sequences
const allowed = /\u001b\[(?:[\d;:]*m|\d*[A-GKd]|[0-2]?J|\d*(?:;\d*)?[Hf])/g;

test("any text, split anywhere, gives the same, and nothing that is not allowed", () => {
  const input = fc.tuple(fc.array(piece), fc.array(fc.nat(200)));
  fc.assert(
    fc.property(input, ([pieces, cuts]) => {
      const bytes = Buffer.from(pieces.join(""));
      const whole = viewed(bytes);
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      expect(viewed(...at.slice(1).map((end, index) => bytes.subarray(at[index], end)))).toBe(whole);
      // oxlint-disable-next-line no-control-regex -- their absence is what is tested
      expect(whole.replace(allowed, "")).not.toMatch(/[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
    }),
    { numRuns: 2000 },
  );
});

test("a sequence and a string take no memory, however long they are", () => {
  const terminal = createTerminalText(() => true);
  const mebibyte = "1".repeat(1024 * 1024);
  const before = process.memoryUsage().heapUsed;
  for (const opening of ["\u001b]52;c;", "\u001b["]) {
    terminal.push(opening);
    for (let times = 0; times < 8; times++) expect(terminal.push(mebibyte)).toBe("");
    terminal.push("\n");
  }
  Bun.gc(true);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * 1024 * 1024);
});
