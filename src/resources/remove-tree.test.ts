import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMountPoints, removeTree } from "./remove-tree.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-tree-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const never = () => {};

test("files, links, read-only folders and odd names go; what a link leads to stays", async () => {
  const tree = join(folder, "tree");
  mkdirSync(join(tree, "cache/deep"), { recursive: true });
  writeFileSync(join(tree, "cache/deep/line\nfeed"), "");
  mkdirSync(join(folder, "elsewhere"));
  writeFileSync(join(folder, "elsewhere/keep"), "");
  symlinkSync(join(folder, "elsewhere"), join(tree, "link"));
  symlinkSync("/nowhere", join(tree, "broken"));
  for (const name of ["cache/deep", "cache"]) chmodSync(join(tree, name), 0o500);
  expect(await removeTree(tree, never)).toEqual([]);
  expect(readdirSync(folder)).toEqual(["elsewhere"]);
  expect(existsSync(join(folder, "elsewhere/keep"))).toBe(true);
});

test("what is not there is removed, and a link in its place goes alone", async () => {
  expect(await removeTree(join(folder, "tree"), never)).toEqual([]);
  symlinkSync(folder, join(folder, "tree"));
  expect(await removeTree(join(folder, "tree"), never)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("who is to stop stops between two files", async () => {
  const tree = join(folder, "tree");
  mkdirSync(tree);
  for (let file = 0; file < 20_000; file++) writeFileSync(join(tree, String(file)), "");
  const stop = () => {
    throw new Error("stopped");
  };
  expect(await removeTree(tree, stop).catch((error: unknown) => String(error))).toBe("Error: stopped");
  expect(existsSync(tree)).toBe(true);
});

test("mount points are read with their odd characters", () => {
  const text = [
    "36 35 98:0 / /data rw,noatime master:1 - ext3 /dev/root rw",
    String.raw`37 35 98:0 /src /home/me/with\040space\134and\011more rw - tmpfs none rw`,
    "",
  ].join("\n");
  expect(parseMountPoints(text)).toEqual(["/data", "/home/me/with space\\and\tmore"]);
});
