import { expect, test } from "bun:test";
import { mayBeName, meaningOf, referencesTo } from "./reference.ts";

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

test.each([
  ["/code/shop", ["/code/shop/paris", "paris", "./paris"]],
  ["/code/shop/paris", ["/code/shop/paris", "."]],
  ["/code/shop/paris/src", ["/code/shop/paris", ".."]],
  ["/code/shop/oslo", ["/code/shop/paris", "../paris"]],
  ["/", ["/code/shop/paris", "code/shop/paris", "./code/shop/paris"]],
])("from %s an environment is written %p, beside its name", (cwd, expected) => {
  const environment = { name: "shop-paris", path: "/code/shop/paris" };
  expect(referencesTo(environment, { cwd, homeFolder: "/home/me" })).toEqual(["shop-paris", ...expected]);
});

test("in the home folder it has a tilde", () => {
  const environment = { name: "paris", path: "/home/me/a b/paris" };
  expect(referencesTo(environment, { cwd: "/", homeFolder: "/home/me" })).toContain("~/a b/paris");
  expect(referencesTo(environment, { cwd: "/", homeFolder: "/home/m" })).not.toContain("~/a b/paris");
});
