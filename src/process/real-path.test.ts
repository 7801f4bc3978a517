import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realPathOf } from "./real-path.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "mono-real-path-")));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a file that is not there yet is where it would be made, through its folder's link", () => {
  mkdirSync(join(folder, "there"));
  symlinkSync("there", join(folder, "link"));
  expect(realPathOf(join(folder, "link/file"))).toBe(join(folder, "there/file"));
});

test("a dangling link below a linked folder leads where the system would make a file", () => {
  mkdirSync(join(folder, "data/inner"), { recursive: true });
  mkdirSync(join(folder, "me"));
  symlinkSync(join(folder, "data/inner"), join(folder, "me/link"));
  symlinkSync("../file", join(folder, "data/inner/dangling"));
  const path = join(folder, "me/link/dangling");
  const said = realPathOf(path);
  writeFileSync(path, "");
  expect(said).toBe(realpathSync(path));
  expect(said).toBe(join(folder, "data/file"));
});
