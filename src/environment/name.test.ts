import { expect, test } from "bun:test";
import fc from "fast-check";
import { deriveFallbackName, deriveName } from "./name.ts";

const validName = /^[a-z0-9][a-z0-9_-]{0,39}$/;

const segment = fc
  .oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), fc.string({ minLength: 1 }))
  .map((text) => text.replaceAll(/[/\0]/g, "-"));
const absolutePath = fc
  .tuple(fc.constantFrom("", "/home/ann", "/home/ann/workspaces"), fc.array(segment, { maxLength: 4 }))
  .map(([root, segments]) => `${root}/${segments.join("/")}`);

test.each([
  ["/home/ann/conductor/workspaces/shop/auth", "shop-auth"],
  ["/workspaces/shop/auth", "shop-auth"],
  ["/workspaces/shop/auth/sub", "sub"],
  ["/home/ann/workspaces/shop", "shop"],
  ["/home/ann/shop", "shop"],
  ["/home/ann/shop/", "shop"],
  ["/home/ann/Crème Brûlée", "creme-brulee"],
  ["/home/ann/my.app:v2", "my-app-v2"],
  ["/home/ann/.dotfiles", "dotfiles"],
  ["/home/ann/__init__", "init__"],
  ["/home/ann/feature/", "feature"],
  ["/home/ann/日本", "workspace"],
  ["/home/ann/workspaces/日本/auth", "auth"],
  ["/", "workspace"],
  [`/home/ann/${"a".repeat(60)}`, "a".repeat(40)],
  [`/home/ann/${"a".repeat(39)}-b`, "a".repeat(39)],
])("the workspace %s is called %s", (path, name) => {
  expect(deriveName(path)).toBe(name);
});

test("every name is valid for Compose, tmux and the file system, whatever the path", () => {
  fc.assert(
    fc.property(absolutePath, segment, (path, home) => {
      expect(deriveName(path)).toMatch(validName);
      expect(deriveFallbackName(path, home)).toMatch(validName);
    }),
    { numRuns: 500 },
  );
});

test("a folder that is called like a name has that name", () => {
  fc.assert(
    fc.property(absolutePath, (path) => {
      const name = deriveName(path);
      expect(deriveName(`/home/ann/${name}`)).toBe(name);
    }),
  );
});

test("the fallback name is stable, and another one for another path or another home", () => {
  fc.assert(
    fc.property(absolutePath, absolutePath, (path, other) => {
      fc.pre(path !== other);
      expect(deriveFallbackName(path, "/home")).toBe(deriveFallbackName(path, "/home"));
      expect(deriveFallbackName(path, "/home")).not.toBe(deriveFallbackName(other, "/home"));
      expect(deriveFallbackName("/shop", path)).not.toBe(deriveFallbackName("/shop", other));
    }),
  );
});

test("the fallback names of two workspaces with one derived name begin with it and differ", () => {
  const [one, other] = ["/home/ann/shop", "/home/bob/shop"].map((path) => deriveFallbackName(path, "/m"));
  expect(one).toMatch(/^shop-[0-9a-f]{6}$/);
  expect(other).toMatch(/^shop-[0-9a-f]{6}$/);
  expect(one).not.toBe(other);
});

test("the fallback of the longest name is no longer than it", () => {
  expect(deriveFallbackName(`/${"a".repeat(60)}`, "/m")).toMatch(/^a{33}-[0-9a-f]{6}$/);
});
