/** An environment is called by its name where that is certain. What is a path stays one. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, sessions } from "./support/world.ts";

const world = worldForEachTest();

test("every command but init takes the name, in any folder", async () => {
  const path = world.workspace("called", { "mono.yml": "scripts:\n  run: touch ran\n  destroy: pwd\n" });
  const name = world.unique("called");
  await world.ok(["init", path]);
  expect((await world.ok(["vars", name])).stdout).toBe((await world.ok(["vars", path])).stdout);
  await world.ok(["run", name]);
  await eventually("the run", () => existsSync(join(path, "ran")));
  expect((await world.ok(["exec", name, "--", "pwd"])).stdout).toBe(`${path}\n`);
  expect((await world.mono(["attach", name])).stderr).toContain("needs a terminal");
  const init = await world.mono(["init", name]);
  expect(init).toMatchObject({ exitCode: 2 });
  expect(init.stderr).toContain(`no such folder: ${join(world.folder, name)}`);
  await world.ok(["destroy", name]);
  expect(await sessions(world)).toEqual([]);
  expect(await world.mono(["destroy", name])).toMatchObject({ exitCode: 3 });
  await world.ok(["destroy", "--if-exists", name]);
});

test("a folder of that name is meant when it has an environment, and nobody guesses when it has none", async () => {
  const path = world.workspace("twin", {});
  const name = basename(path);
  const other = join(world.folder, "elsewhere", name);
  mkdirSync(other, { recursive: true });
  const cwd = dirname(other);
  await world.ok(["init", path]);

  for (const args of [["vars"], ["destroy", "--if-exists"]]) {
    const unclear = await world.mono([...args, name], { cwd });
    expect(unclear).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unclear.stderr).toContain(
      `${name} is the name of an environment, and of a folder here that has none`,
    );
    expect(unclear.stderr).toContain(`write ${path} for the environment, ./${name} for the folder`);
  }
  expect(await world.mono(["vars", `./${name}`], { cwd })).toMatchObject({ exitCode: 3 });

  await world.ok(["init", other]);
  const pathOf = async (cwdOfCall: string) =>
    /MONO_ENV_PATH="(.*)"/.exec((await world.ok(["vars", name], { cwd: cwdOfCall })).stdout)?.[1];
  expect(await pathOf(cwd)).toBe(other);
  expect(await pathOf(world.folder)).toBe(path);
  // Gone, it is still the folder that is meant.
  rmSync(other, { recursive: true });
  expect(await pathOf(cwd)).toBe(other);
  await world.ok(["destroy", name], { cwd });
  expect(await pathOf(world.folder)).toBe(path);
  expect(readFileSync(join(world.home, "mono.log"), "utf8")).toContain(`mono destroy ${other}`);
});

test("what was meant is suggested", async () => {
  const path = world.workspace("suggested", {});
  const name = world.unique("suggested");
  await world.ok(["init", path]);
  const typed = name.replace("suggested", "sugested");
  const byName = await world.mono(["run", typed]);
  expect(byName.exitCode).toBe(3);
  expect(byName.stderr).toContain(`no environment is called ${typed}, and there is no environment for`);
  expect(byName.stderr).toContain(`↳ did you mean ${name}? mono list shows those that exist`);
  const byPath = await world.mono(["run", join(dirname(path), typed)]);
  expect(byPath.exitCode).toBe(3);
  expect(byPath.stderr).toContain(`↳ did you mean ${path}?`);
  const inPlace = await world.mono(["vars", join("/nowhere", name)]);
  expect(inPlace.stderr).toContain(`↳ did you mean ${name}?`);
  expect((await world.mono(["vars", "/nowhere/else"])).stderr).toContain("↳ mono list shows");
});
