import { expect, test } from "bun:test";
import fc from "fast-check";
import { heldBack } from "./held-back.ts";

test.each([
  ["", "abc", 0],
  ["x", "abc", 0],
  ["xa", "abc", 1],
  ["xab", "abc", 2],
  ["ab", "abc", 2],
  ["xabc", "abc", 0],
  ["abx", "abc", 0],
  ["aab", "aaab", 0],
  ["aaa", "aaab", 3],
  ["aaaa", "aaab", 3],
])("of %p, as much is held back as the marker %p may begin with: %p", (text, marker, length) => {
  expect(heldBack(Buffer.from(text), Buffer.from(marker))).toBe(length);
});

test("a marker that is cut anywhere is never given away", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(letters, letters, fc.nat(), (before, marker, cut) => {
      const start = marker.slice(0, cut % marker.length);
      const bytes = Buffer.from(before + start);
      expect(heldBack(bytes, Buffer.from(marker))).toBeGreaterThanOrEqual(start.length);
    }),
  );
});
