import { expect, test } from "bun:test";
import { wantsColour } from "./style.ts";

test.each([
  ["a terminal", {}, true],
  ["NO_COLOR", { NO_COLOR: "1" }, false],
  ["an empty NO_COLOR", { NO_COLOR: "" }, true],
  ["a dumb terminal", { TERM: "dumb" }, false],
  ["CLICOLOR=0", { CLICOLOR: "0" }, false],
  ["CLICOLOR=1", { CLICOLOR: "1" }, true],
  ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, false],
  ["FORCE_COLOR=1 on a dumb terminal", { FORCE_COLOR: "1", TERM: "dumb" }, true],
  ["NO_COLOR and FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
])("on a terminal, with %s", (_what, env, expected) => {
  expect(wantsColour(env, false, () => true)).toBe(expected);
});

test.each([
  ["nothing", {}, false],
  ["CLICOLOR=1", { CLICOLOR: "1" }, false],
  ["FORCE_COLOR=1", { FORCE_COLOR: "1" }, true],
  ["FORCE_COLOR=false", { FORCE_COLOR: "false" }, false],
  ["CLICOLOR_FORCE=1", { CLICOLOR_FORCE: "1" }, true],
  ["CLICOLOR_FORCE=0", { CLICOLOR_FORCE: "0" }, false],
])("in a file, with %s", (_what, env, expected) => {
  expect(wantsColour(env, false, () => false)).toBe(expected);
});

test("--no-color counts for more than anything", () => {
  expect(wantsColour({ FORCE_COLOR: "1" }, true, () => true)).toBe(false);
});
