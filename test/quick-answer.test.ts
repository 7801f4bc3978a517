/** The quick answers are the same as those of the whole mono, which takes over whenever something is out of the ordinary. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createWorld, disposeWorld, type World } from "./support/world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(async () => await disposeWorld(world));

/** With its timings, which only the whole mono can tell. */
const whole = { env: { MONO_TIMINGS: "1" } };

async function expectSame(argument: string, exitCode = 0, cwd = world.folder): Promise<string> {
  const quick = await world.mono(["vars", argument], { cwd });
  const slow = await world.mono(["vars", argument], { ...whole, cwd });
  expect({ exitCode: quick.exitCode, stdout: quick.stdout }).toEqual({ exitCode, stdout: slow.stdout });
  expect(slow.exitCode).toBe(exitCode);
  return quick.stdout;
}

test("vars of a folder, of a link to it, of one that has been renamed under a link, and of one that is gone", async () => {
  const path = world.workspace("quick", {});
  await world.ok(["init", path]);
  const answer = await expectSame(path);
  expect(answer).toContain(`export MONO_ENV_PATH="${path}"\n`);
  const link = join(world.folder, "link");
  symlinkSync(path, link);
  expect(await expectSame(link)).toBe(answer);
  expect(await expectSame(`${path}/./`)).toBe(answer);
  renameSync(path, `${path}-renamed`);
  expect(await expectSame(path)).toBe(answer);
  symlinkSync(`${path}-renamed`, path);
  expect(await expectSame(path)).toBe(answer);
  await expectSame(join(world.folder, "home"), 3);
  await world.ok(["destroy", path]);
  await expectSame(path, 3);
});

test("vars of a name, of one that is also a folder here, of one whose folder is gone, and of none", async () => {
  const path = world.workspace("quick", {});
  await world.ok(["init", path]);
  const name = basename(path);
  const answer = await expectSame(name);
  expect(answer).toContain(`export MONO_ENV_PATH="${path}"\n`);
  expect(await expectSame(name, 0, dirname(path))).toBe(answer);
  const elsewhere = join(world.folder, "elsewhere");
  mkdirSync(join(elsewhere, name), { recursive: true });
  await expectSame(name, 2, elsewhere);
  await expectSame(`${name}-x`, 3);
  renameSync(path, `${path}-renamed`);
  expect(await expectSame(name)).toBe(answer);
  expect(await expectSame(name, 0, dirname(path))).toBe(answer);
});

test("a home that is relative, and one with a database of another schema, are the whole mono's", async () => {
  const path = world.workspace("quick", {});
  await world.ok(["init", path]);
  const relative = { cwd: world.folder, env: { MONO_HOME: "mono-home" } };
  expect((await world.ok(["vars", path], relative)).stdout).toBe((await world.ok(["vars", path])).stdout);
  await world.ok(["destroy", path]);

  const home = join(world.folder, "old-home");
  mkdirSync(home);
  using database = new Database(join(home, "state.db"), { create: true });
  database.run(
    "CREATE TABLE environments (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT UNIQUE NOT NULL, docker_project TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
  );
  database.run("INSERT INTO environments (path) VALUES (?)", [path]);
  const { stdout } = await world.ok(["vars", path], { env: { MONO_HOME: home } });
  expect(stdout).toContain('export MONO_ENV_ID="1"\n');
});

test("a reader that has gone is no error, a disk that is full is one", async () => {
  const path = world.workspace("quick", {});
  await world.ok(["init", path]);
  const shell = (script: string) =>
    world.call(["sh", "-c", script, "sh", path], { env: { PATH: withMono() } });
  expect(await shell('mono vars "$1" | true')).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect((await shell("mono --version >/dev/full")).exitCode).not.toBe(0);
  expect((await shell('mono vars "$1" >/dev/full')).stderr).toContain("ENOSPC");
  await world.ok(["destroy", path]);
});

function withMono(): string {
  return `${join(import.meta.dir, "../dist")}:${world.env["PATH"]}`;
}
