import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRegularFile } from "./regular-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-file-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a file is read, also through a link", () => {
  const file = join(folder, "file");
  writeFileSync(file, "text");
  symlinkSync(file, join(folder, "link"));
  expect(readRegularFile(join(folder, "link"))?.toString()).toBe("text");
});

test("a missing file gives nothing, whichever part of its path is missing", () => {
  writeFileSync(join(folder, "file"), "");
  symlinkSync(join(folder, "nowhere"), join(folder, "link"));
  for (const name of ["gone", "gone/file", "file/file", "link"]) {
    expect(readRegularFile(join(folder, name))).toBeUndefined();
  }
});

test("what cannot be read, or may have no end, is an error that says what it is", () => {
  const [pipe, loop] = [join(folder, "pipe"), join(folder, "loop")];
  Bun.spawnSync(["mkfifo", pipe]);
  symlinkSync("loop", loop);
  mkdirSync(join(folder, "folder"));
  expect(() => readRegularFile(pipe)).toThrow(`cannot read ${pipe}: it is not a regular file`);
  expect(() => readRegularFile("/dev/zero")).toThrow("cannot read /dev/zero: it is not a regular file");
  expect(() => readRegularFile(join(folder, "folder"))).toThrow("it is a folder");
  expect(() => readRegularFile(loop)).toThrow(`cannot read ${loop}: ELOOP`);
  expect(() => readRegularFile(join(folder, "a\0b"))).toThrow("cannot read");
});

test("a file may be as large as the limit, and no larger", () => {
  const file = join(folder, "file");
  writeFileSync(file, "1234");
  expect(readRegularFile(file, 4)).toHaveLength(4);
  expect(() => readRegularFile(file, 3)).toThrow(`cannot read ${file}: it is larger than 3 bytes`);
});
