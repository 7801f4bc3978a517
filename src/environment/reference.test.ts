import { expect, test } from "bun:test";
import { mayBeName, meaningOf } from "./reference.ts";

test.each([
  // folder, workspace, name
  [false, false, false, "nothing"],
  [true, false, false, "path"],
  [false, true, false, "path"],
  [true, true, false, "path"],
  [false, false, true, "name"],
  [true, false, true, "unclear"],
  [false, true, true, "path"],
  [true, true, true, "path"],
] as const)("folder %p, workspace %p, name %p: %s", (isFolder, isWorkspace, isName, meaning) => {
  expect(meaningOf({ isFolder, isWorkspace, isName })).toBe(meaning);
});

test.each([
  ["paris", true],
  ["shop-paris", true],
  ["...", true],
  [".paris", true],
  ["~", true],
  [".", false],
  ["..", false],
  ["./paris", false],
  ["paris/", false],
  ["/", false],
  ["shop/paris", false],
  ["~/paris", false],
])("%p may be a name: %p", (argument, expected) => {
  expect(mayBeName(argument)).toBe(expected);
});
