import { expect, test } from "bun:test";
import { linesIn } from "../text/whole-lines.ts";
import { createLogLines } from "./log-lines.ts";
import { parseLogLine } from "./logs.ts";

const time = "2026-11-26T01:02:03.123456789Z ";

test("a line that never ends is passed on in parts that each have their time, and nothing of it is lost", () => {
  const piece = Buffer.from(`${time}${"x".repeat(16_384)}`);
  const all = Buffer.concat([...Array.from({ length: 1300 }, () => piece), Buffer.from(`${time}end\n`)]);
  const lines = createLogLines();
  let most = 0;
  const texts: Buffer[] = [];
  for (let at = 0; at < all.length; at += 100_000) {
    const passed = lines.push(all.subarray(at, at + 100_000));
    most = Math.max(most, passed.length);
    for (const line of linesIn(passed)) texts.push(parseLogLine(line)?.text ?? Buffer.from("no time"));
  }
  expect(most).toBeLessThan(9_000_000);
  expect(texts.length).toBe(3);
  expect(Buffer.concat(texts).equals(Buffer.from(`${"x".repeat(16_384 * 1300)}end`))).toBe(true);
  expect(lines.end().length).toBe(0);
});

test("lines come whole, however they are cut; the last one gets an end", () => {
  const lines = createLogLines();
  const passed = "one\ntwo\nthr".split("").map((character) => lines.push(Buffer.from(character)).toString());
  expect(passed.filter((text) => text !== "")).toEqual(["one\n", "two\n"]);
  expect(lines.push(Buffer.from("ee\nfo")).toString()).toBe("three\n");
  expect(lines.end().toString()).toBe("fo\n");
});
