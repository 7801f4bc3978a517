import { expect, test } from "bun:test";
import fc from "fast-check";
import { createLineSplitter } from "./line-splitter.ts";

/** The lines that chunks of text or bytes give. */
function linesOf(...chunks: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
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

test("a line is given as soon as it ends, and a carriage return waits for what follows", () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  splitter.push(Buffer.from("one\ntw"));
  expect(lines).toEqual(["one"]);
  splitter.push(Buffer.from("o\r"));
  expect(lines).toEqual(["one"]);
  splitter.push(Buffer.from("three"));
  expect(lines).toEqual(["one", "two"]);
});

test("the lines are the same wherever the output is cut", () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", "é", "🚀", "\r", "\n") }),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (output, cuts) => {
      const bytes = Buffer.from(output);
      const places = [
        0,
        ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
        bytes.length,
      ];
      const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
      expect(linesOf(...chunks)).toEqual(linesOf(bytes));
    }),
    { numRuns: 500 },
  );
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
