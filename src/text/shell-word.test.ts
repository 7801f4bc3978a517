import { expect, test } from "bun:test";
import fc from "fast-check";
import { shellWord } from "./shell-word.ts";

test("what needs no quotes has none", () => {
  expect(shellWord("/home/me/shop.git/paris-2")).toBe("/home/me/shop.git/paris-2");
  expect(shellWord("a=b")).toBe("a=b");
  expect(shellWord("~/shop")).toBe("'~/shop'");
  // zsh looks for a program called mono-shop.
  expect(shellWord("=mono-shop")).toBe("'=mono-shop'");
});

test("any shell reads it back as one word, whatever it holds", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "'", '"', "$", "(", "`", "\\", " ", "\n", "#", "*", "~", "=", "é"),
  });
  fc.assert(
    fc.property(text, (word) => {
      const { stdout } = Bun.spawnSync(["sh", "-c", `printf '%s|' ${shellWord(word)}`]);
      expect(stdout.toString()).toBe(`${word}|`);
    }),
    { numRuns: 100 },
  );
});
