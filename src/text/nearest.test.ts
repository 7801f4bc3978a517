import { expect, test } from "bun:test";
import fc from "fast-check";
import { nearest } from "./nearest.ts";

const scripts = ["init", "setup", "run", "destroy"];

test.each([
  ["int", "init"],
  ["inti", "init"],
  ["INIT", "init"],
  ["init", "init"],
  ["set-up", "setup"],
  ["start", undefined],
  ["run:", "run"],
  ["destory", "destroy"],
  ["destroys", "destroy"],
  ["r", undefined],
  ["build", undefined],
  ["", undefined],
])("who types %p means %p", (word, candidate) => {
  expect(nearest(word, scripts)).toBe(candidate);
});

test("of two that are as near, it is the first", () => {
  expect(nearest("bat", ["cat", "bar"])).toBe("cat");
  expect(nearest("bat", ["bar", "cat"])).toBe("bar");
});

test("one mistake is understood in the shortest word too", () => {
  expect(nearest("ab", ["a"])).toBe("a");
});

test("without candidates nobody means anything", () => {
  expect(nearest("init", [])).toBeUndefined();
});

test("one wrong, missing or additional character is always understood", () => {
  const letter = fc.string({
    unit: fc.constantFrom("a", "e", "i", "n", "r", "s", "t", "u", "z"),
    minLength: 1,
    maxLength: 1,
  });
  fc.assert(
    fc.property(fc.constantFrom(...scripts), letter, fc.nat(7), fc.nat(2), (word, character, place, kind) => {
      const at = place % word.length;
      const [before, after] = [word.slice(0, at), word.slice(at)];
      const typed = [
        before + character + after.slice(1),
        before + after.slice(1),
        before + character + after,
      ][kind];
      expect(nearest(typed ?? "", scripts)).toBe(word);
    }),
  );
});

// They are the most common slip, and would be two mistakes if they were counted one by one.
test("two swapped characters are understood, also in a short word", () => {
  expect(nearest("rnu", scripts)).toBe("run");
});
