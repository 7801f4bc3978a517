import { expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, lines, namesIn, sessions } from "./support/world.ts";

const world = worldForEachTest();

const modeOf = (file: string) => statSync(file).mode & 0o777;

/** Asks the example's web server, which asks its own database. */
async function visit(port: string | undefined): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/cgi-bin/shop`);
  return await response.text();
}

async function variablesOf(path: string): Promise<Record<string, string>> {
  return JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables;
}

test("one workspace from init to destroy", async () => {
  const path = world.copyOf("examples/shop", "shop");
  const name = world.unique("shop");

  const init = await world.ok(["init", path]);
  expect(init.stdout).toBe("");
  expect(init.stderr).toContain("setup script completed (exit 0)");

  const variables = await variablesOf(path);
  expect(variables).toMatchObject({
    MONO_ENV_NAME: name,
    MONO_ENV_PATH: path,
    MONO_DATA_DIR: join(world.home, "data", name),
  });
  expect(Number(variables["MONO_DB_PORT"])).toBe(Number(variables["MONO_WEB_PORT"]) + 1);

  const label = `label=com.docker.compose.project=mono-${name}`;
  expect(lines(await docker(world, ["ps", "--filter", label, "--format", "{{.Names}}"])).toSorted()).toEqual([
    `mono-${name}-db-1`,
    `mono-${name}-web-1`,
  ]);
  expect(lines(await docker(world, ["network", "ls", "--filter", label, "--format", "{{.Name}}"]))).toEqual([
    `mono-${name}_default`,
  ]);
  expect(lines(await docker(world, ["volume", "ls", "--filter", label, "--format", "{{.Name}}"]))).toEqual([
    `mono-${name}_data`,
  ]);
  expect(await visit(variables["MONO_WEB_PORT"])).toBe(`The shop of ${name}, visit 1\n`);

  expect(await sessions(world)).toEqual([`mono-${name}`]);
  expect(namesIn(join(world.home, "data"))).toEqual([name]);
  const generated = join(world.home, "environments", name, "docker-compose.mono.yml");
  expect(modeOf(generated)).toBe(0o600);
  expect(modeOf(world.home)).toBe(0o700);
  expect(modeOf(join(world.home, "state.db"))).toBe(0o600);
  expect(modeOf(join(world.home, "mono.log"))).toBe(0o600);
  expect(modeOf(join(world.home, "data", name))).toBe(0o700);
  expect((await world.call(["git", "init", "-q", path])).exitCode).toBe(0);
  expect(existsSync(join(path, "docker-compose.mono.yml"))).toBe(false);

  expect(JSON.parse((await world.ok(["list", "--json"])).stdout)).toMatchObject({
    version: 1,
    environments: [{ name, path, dockerProject: `mono-${name}`, status: "running" }],
  });

  const destroy = await world.ok(["destroy", path]);
  expect(destroy.stdout).toBe("");
  expect(await sessions(world)).toEqual([]);
  expect(namesIn(join(world.home, "data"))).toEqual([]);
  expect(namesIn(join(world.home, "environments"))).toEqual([]);
  expect((await world.ok(["list"])).stdout).toBe("NAME  PATH  STATUS\n");
  expect(existsSync(path)).toBe(true);
});

test("a program in the session sees the environment's variables", async () => {
  const path = world.copyOf("examples/shop", "shop");
  const name = world.unique("shop");
  await world.ok(["init", path]);
  const out = join(world.folder, "seen");
  await world.call([
    "tmux",
    "send-keys",
    "-t",
    `=mono-${name}:`,
    `env > ${out}.new; pwd >> ${out}.new; mv ${out}.new ${out}`,
    "Enter",
  ]);
  const seen = await eventually("the program's output", () => existsSync(out) && readFileSync(out, "utf8"));
  for (const [variable, value] of Object.entries(await variablesOf(path))) {
    expect(seen).toContain(`${variable}=${value}\n`);
  }
  expect(seen).toContain(`COMPOSE_PROJECT_NAME=mono-${name}\n`);
  expect(seen).toContain(`${path}\n`);
  await world.ok(["destroy", path]);
});

test("two copies of one workspace run side by side, with their own ports and data", async () => {
  const [one, other] = [world.copyOf("examples/shop", "one"), world.copyOf("examples/shop", "other")];
  await Promise.all([world.ok(["init", one]), world.ok(["init", other])]);
  const [first, second] = [await variablesOf(one), await variablesOf(other)];
  expect(first["MONO_WEB_PORT"]).not.toBe(second["MONO_WEB_PORT"]);
  await visit(first["MONO_WEB_PORT"]);
  await visit(first["MONO_WEB_PORT"]);
  expect(await visit(first["MONO_WEB_PORT"])).toBe(`The shop of ${first["MONO_ENV_NAME"]}, visit 3\n`);
  expect(await visit(second["MONO_WEB_PORT"])).toBe(`The shop of ${second["MONO_ENV_NAME"]}, visit 1\n`);

  await world.ok(["destroy", one]);
  expect(await visit(second["MONO_WEB_PORT"])).toBe(`The shop of ${second["MONO_ENV_NAME"]}, visit 2\n`);
  await world.ok(["destroy", other]);
});
