import { expect, test } from "bun:test";
import { parseActivity } from "./activity.ts";

test("the latest time of all windows counts, and any client", () => {
  const text = "0 1700000100 1700000200 1700000000\n0 1700000100 1700000200 1700000300\n";
  expect(parseActivity(text)).toEqual({ isAttached: false, lastAt: 1_700_000_300_000 });
  expect(parseActivity(text.replaceAll("0 17", "2 17")).isAttached).toBe(true);
});

test("a session that nobody has attached to has no time for that", () => {
  expect(parseActivity("0  1700000200 1700000000\n")).toEqual({
    isAttached: false,
    lastAt: 1_700_000_200_000,
  });
});
