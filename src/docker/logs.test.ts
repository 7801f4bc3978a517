import { expect, test } from "bun:test";
import { logsCommand, parseLogLine } from "./logs.ts";

const mark = "2026-11-25T01:53:12.845143357Z";

const parsed = (line: string) => {
  const found = parseLogLine(Buffer.from(line));
  return found && { time: found.time, text: found.text.toString() };
};

test.each(["", "text", " two  spaces", `${mark} in the text`])("the time is taken off %j", (text) => {
  expect(parsed(`${mark} ${text}`)).toEqual({ time: mark, text });
});

test("a long line is put together again from its pieces", () => {
  const pieces = ["x".repeat(16_384), "y".repeat(16_384), "z".repeat(100)];
  const line = pieces.map((piece) => `${mark} ${piece}`).join("");
  expect(parsed(line)).toEqual({ time: mark, text: pieces.join("") });
});

test.each(["Error response from daemon: no such container", "", mark, "2026-11-25 text"])(
  "%j is no line of a container",
  (line) => {
    expect(parsed(line)).toBeUndefined();
  },
);

test("a container's log is asked for from where it is wanted", () => {
  const argv = (tail: number | undefined, since: string | undefined, follow = false) =>
    logsCommand({ env: {}, cwd: "/" }, "id", { tail, since, follow }).argv.slice(1);
  expect(argv(undefined, undefined)).toEqual(["logs", "--timestamps", "id"]);
  expect(argv(0, mark, true)).toEqual([
    "logs",
    "--timestamps",
    "--follow",
    "--tail",
    "0",
    "--since",
    mark,
    "id",
  ]);
});
