import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "./load.ts";

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "mono-config-"));
});
afterEach(() => {
  rmSync(workspace, { recursive: true, force: true });
});

test("the mono.yml of the workspace is read", async () => {
  writeFileSync(join(workspace, "mono.yml"), "scripts: {run: npm start}\n");
  expect((await loadConfig(workspace)).scripts).toEqual({ run: "npm start" });
});

test("a workspace without one, or that is gone, has an empty one", async () => {
  const empty = { scripts: {}, composeFiles: [], profiles: [] };
  expect(await loadConfig(workspace)).toEqual(empty);
  expect(await loadConfig(join(workspace, "gone"))).toEqual(empty);
});

test("a byte order mark and letters of all kinds are read", async () => {
  writeFileSync(join(workspace, "mono.yml"), "\ufeffscripts: {run: echo ü😀}\n");
  expect((await loadConfig(workspace)).scripts).toEqual({ run: "echo ü😀" });
});

test.each([
  ["Latin-1", Buffer.from("scripts: {run: echo ü}\n", "latin1")],
  ["UTF-16", Buffer.from("\ufeffscripts: {run: echo x}\n", "utf16le")],
])("one in %s is an error: another script would be run than was written", (_what, bytes) => {
  writeFileSync(join(workspace, "mono.yml"), bytes);
  expect(loadConfig(workspace)).rejects.toThrow("it is not UTF-8 text");
});

test("one that is larger than scripts are is an error", async () => {
  writeFileSync(join(workspace, "mono.yml"), "#".repeat(1024 * 1024 + 1));
  expect(loadConfig(workspace)).rejects.toThrow("it is larger than 1048576 bytes");
});

test("one that cannot be read is an error that names it", () => {
  const file = join(workspace, "mono.yml");
  mkdirSync(file);
  expect(loadConfig(workspace)).rejects.toThrow(`cannot read ${file}: `);
});
