import { expect, test } from "bun:test";
import { shown, withoutControls } from "./shown.ts";

test("a text is shown as it is", () => {
  expect(shown("npm ci → ü 😀")).toBe("npm ci → ü 😀");
});

test("of an endless one the beginning is shown", () => {
  expect(shown("x".repeat(200))).toBe("x".repeat(200));
  expect(shown("x".repeat(100_000))).toBe(`${"x".repeat(200)}…`);
});

test("what a terminal would obey is replaced, sign by sign", () => {
  expect(withoutControls("a\u001b[2Jb\r\n\0c\u009b\u007f\u2028d")).toBe("a�[2Jb���c���d");
});
