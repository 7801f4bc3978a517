import { expect, test } from "bun:test";
import fc from "fast-check";
import { createWholeLines, lastLinesOf, linesIn } from "./whole-lines.ts";

const chunks = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\n", "\r") }));

test("nothing is lost or moved, and a line comes as a whole", () => {
  fc.assert(
    fc.property(chunks, (texts) => {
      const whole = createWholeLines();
      const pieces = texts.map((text) => whole.push(Buffer.from(text)).toString());
      for (const piece of pieces) expect(piece === "" || piece.endsWith("\n")).toBe(true);
      const text = texts.join("");
      const ended = text === "" || text.endsWith("\n") ? text : `${text}\n`;
      expect(pieces.join("") + whole.end().toString()).toBe(ended);
      expect(whole.end().toString()).toBe("");
    }),
  );
});

test("a line without an end is cut", () => {
  const whole = createWholeLines(4);
  expect(whole.push(Buffer.from("abcd")).toString()).toBe("");
  expect(whole.push(Buffer.from("e")).toString()).toBe("abcde\n");
  expect(whole.push(Buffer.from("f\n")).toString()).toBe("f\n");
});

test("the last lines are those that a list of lines ends with", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "é") })), fc.nat(5), (texts, count) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
      expect([...linesIn(bytes)].map(String)).toEqual(texts);
      expect([...linesIn(lastLinesOf(bytes, count))].map(String)).toEqual(
        count === 0 ? [] : texts.slice(-count),
      );
    }),
  );
});
