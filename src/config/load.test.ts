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

test("the mono.yml of the workspace is read", () => {
  writeFileSync(join(workspace, "mono.yml"), "scripts: {run: npm start}\n");
  expect(loadConfig(workspace).scripts).toEqual({ run: "npm start" });
});

test("a workspace without one, or that is gone, has an empty one", () => {
  const empty = { scripts: {}, composeFiles: [], profiles: [] };
  expect(loadConfig(workspace)).toEqual(empty);
  expect(loadConfig(join(workspace, "gone"))).toEqual(empty);
});

test("one that cannot be read is an error that names it", () => {
  const file = join(workspace, "mono.yml");
  mkdirSync(file);
  expect(() => loadConfig(workspace)).toThrow(`cannot read ${file}: `);
});
