import { expect, test } from "bun:test";
import fc from "fast-check";
import { createLineSplitter } from "./line-splitter.ts";

/** The lines that chunks of text or bytes give. */
function linesOf(...chunks: readonly (string | Uint8Array)[]): string[] {
  return linesUpTo(undefined, chunks);
}

function linesUpTo(longest: number | undefined, chunks: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), longest);
  for (const chunk of chunks) splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
}

test.each<[string, (string | Uint8Array)[], string[]]>([
  ["nothing", [], []],
  ["no bytes", [""], []],
  ["lines", ["one\ntwo\n"], ["one", "two"]],
  ["a last line without an end", ["one\ntwo"], ["one", "two"]],
  ["a line in pieces", ["o", "ne\nt", "wo\n"], ["one", "two"]],
  ["Windows line ends", ["one\r\ntwo\r\n"], ["one", "two"]],
  ["a Windows line end that is cut", ["one\r", "\ntwo\r", "\n"], ["one", "two"]],
  ["a progress bar", ["10%\r50%\r", "100%\ndone\n"], ["10%", "50%", "100%", "done"]],
  ["a carriage return at the end", ["100%\r"], ["100%"]],
  ["blank lines", ["one\n\n\r\n\ntwo\n"], ["one", "two"]],
  ["spaces, which stay", ["  one  \n\ttwo\n"], ["  one  ", "\ttwo"]],
  ["bytes that are not UTF-8", [Buffer.of(0x61, 0xff, 0x62, 0x0a)], ["a\ufffdb"]],
  ["a character that is cut", [Buffer.of(0xf0, 0x9f), Buffer.of(0x9a, 0x80, 0x0a)], ["🚀"]],
  ["a character that never ends", [Buffer.of(0x61, 0xe6, 0x97)], ["a\ufffd"]],
])("%s", (_what, chunks, lines) => {
  expect(linesOf(...chunks)).toEqual(lines);
});

test("a line is given as soon as it ends, also by a carriage return", () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  splitter.push(Buffer.from("one\ntw"));
  expect(lines).toEqual(["one"]);
  splitter.push(Buffer.from("o\r"));
  expect(lines).toEqual(["one", "two"]);
  splitter.push(Buffer.from("\nthree"));
  expect(lines).toEqual(["one", "two"]);
});

/** Any bytes, and many of those that matter: line ends, escapes, characters of several bytes, whole and in part. */
const output = fc
  .array(
    fc.oneof(
      fc.constantFrom("\n", "\r", "\r\n", "\u001b[1m", "a", "é", "日", "🚀").map((text) => Buffer.from(text)),
      fc
        .constantFrom([0xf0, 0x9f], [0xe6, 0x97], [0xed, 0xa0, 0x80], [0x80], [0xff])
        .map((part) => Buffer.from(part)),
      fc.uint8Array({ maxLength: 5 }),
    ),
  )
  .map((pieces) => Buffer.concat(pieces));

/** The bytes, cut at these places. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Uint8Array[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [0, ...places].map((place, index) => bytes.subarray(place, places[index] ?? bytes.length));
}

test("any bytes, cut anywhere, give the lines of the whole", () => {
  fc.assert(
    fc.property(output, fc.array(fc.nat(200)), (bytes, cuts) => {
      const whole = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
      expect(linesOf(...cutAt(bytes, cuts))).toEqual(whole.filter((line) => line !== ""));
    }),
    { numRuns: 2000 },
  );
});

test("a line that is too long is given in pieces, of which none is lost and no character is cut", () => {
  fc.assert(
    fc.property(output, fc.array(fc.nat(200)), (bytes, cuts) => {
      const longest = 4;
      const pieces = linesUpTo(longest, cutAt(bytes, cuts));
      expect(pieces).toEqual(linesUpTo(longest, [bytes]));
      expect(pieces.join("")).toBe(linesOf(bytes).join(""));
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(longest);
        expect(piece.isWellFormed()).toBe(true);
      }
      const short = linesOf(bytes).filter((line) => line.length <= longest);
      expect(pieces).toEqual(expect.arrayContaining(short));
    }),
    { numRuns: 2000 },
  );
});

test("a line of 8 MiB comes whole, in time that grows with its length alone", () => {
  const mebibytes = 8;
  const chunk = Buffer.alloc(2048, "x");
  const chunks = Array.from({ length: (mebibytes * 1024 * 1024) / chunk.length }, () => chunk);
  const started = performance.now();
  const lines = linesOf(...chunks, "\n");
  // Looking through the whole line for each chunk takes much longer.
  expect(performance.now() - started).toBeLessThan(5000);
  expect(lines.map((line) => line.length)).toEqual([mebibytes * 1024 * 1024]);
});

test("text that has no line end is one line, to the letter", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (lines) => {
      expect(linesOf(`${lines.join("\n")}\n`)).toEqual(lines);
    }),
  );
});

test("a carriage return alone at the end is no line", () => {
  expect(linesOf("done\n\r")).toEqual(["done"]);
});
