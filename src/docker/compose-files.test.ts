import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findComposeFiles } from "./compose-files.ts";

const config = { scripts: {}, composeFiles: [], profiles: [] };

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "mono-compose-files-"));
});
afterEach(() => {
  rmSync(workspace, { recursive: true, force: true });
});

/** The files that are found, relative to the workspace. */
function found(): readonly string[] | undefined {
  return findComposeFiles(workspace, config, {})?.files.map((file) => file.slice(workspace.length + 1));
}

test("COMPOSE_FILE in .env names the files", () => {
  writeFileSync(join(workspace, ".env"), "A=1\nCOMPOSE_FILE=a.yml:b.yml\n");
  expect(found()).toEqual(["a.yml", "b.yml"]);
});

test("a folder called .env, such as a Python environment, does not count, as for Compose", () => {
  mkdirSync(join(workspace, ".env"));
  expect(found()).toBeUndefined();
  writeFileSync(join(workspace, "compose.yml"), "");
  expect(found()).toEqual(["compose.yml"]);
});

test("a link called .env that leads nowhere is left to Compose", () => {
  symlinkSync(".env", join(workspace, ".env"));
  expect(found()).toBeUndefined();
});

test("a pipe called .env is an error, and is not waited for", () => {
  Bun.spawnSync(["mkfifo", join(workspace, ".env")]);
  expect(found).toThrow("it is not a regular file");
});
