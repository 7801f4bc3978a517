import { expect, test } from "bun:test";
import { parseDuration, roughDuration } from "./duration.ts";

test.each<[string, number | undefined]>([
  ["0s", 0],
  ["90s", 90_000],
  ["30m", 1_800_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["2", undefined],
  ["2x", undefined],
  ["-2h", undefined],
  ["1.5h", undefined],
  ["2h30m", undefined],
  ["", undefined],
  ["9999999s", undefined],
])("%s as it is typed", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  [0, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [9_000_000, "2h"],
  [200_000_000, "2d"],
])("%d ms as it is shown", (milliseconds, text) => {
  expect(roughDuration(milliseconds)).toBe(text);
});
